// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the steps of maintenance on one chunk in table {@code chunk_maintenance}.
 *
 * @param connection in autocommit mode whenever a step is recorded
 * @param chunk qualified name of the chunk or partition
 */
public record MaintenanceLog(Connection connection, String chunk) {
  private static final Logger LOG = LoggerFactory.getLogger(MaintenanceLog.class);

  private static final String BYTES =
      "SELECT coalesce(sum(total_bytes), 0)::bigint FROM chunks_detailed_size('harvester.sample')"
          + " WHERE format('%I.%I', chunk_schema, chunk_name) = ?";

  /** A step of maintenance. */
  @FunctionalInterface
  public interface Step {
    /** Performs the step. */
    void run() throws SQLException;
  }

  /**
   * Runs a step that is one statement, as {@link #run(String, Step)} does.
   *
   * @throws SQLException if the statement fails
   */
  public void run(String step, String sql) throws SQLException {
    run(
        step,
        () -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
          }
        });
  }

  /**
   * Runs a step on a chunk of TimescaleDB's, and records how long it took and the chunk's size
   * before and after it. A step that fails is logged, but not recorded, so that the next round
   * repeats it.
   *
   * @throws SQLException if the step fails
   */
  public void run(String step, Step work) throws SQLException {
    Instant started = Instant.now();
    long before = chunkBytes();
    try {
      work.run();
      LOG.info(
          "chunk {} {}: {} ms", chunk, step, Duration.between(started, Instant.now()).toMillis());
      insert(step, started, before, chunkBytes(), null, null);
    } catch (SQLException e) {
      LOG.info("chunk {} {} postponed: {}", chunk, step, SqlErrors.describe(e));
      throw e;
    }
  }

  /** Records how many duplicate samples a step found or removed. */
  public void noteDuplicates(String step, Instant started, long duplicates) throws SQLException {
    insert(step, started, null, null, duplicates, null);
  }

  /** Records a step with a remark in words. */
  public void note(String step, Instant started, String note) throws SQLException {
    insert(step, started, null, null, null, note);
  }

  /** The size of a chunk of table {@code sample} on disk, with indexes and TOAST. */
  public long chunkBytes() throws SQLException {
    try (PreparedStatement size = connection.prepareStatement(BYTES)) {
      size.setString(1, chunk);
      try (ResultSet row = size.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private void insert(
      String step, Instant started, Long before, Long after, Long duplicates, String note)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO harvester.chunk_maintenance"
                + " (chunk, step, started_at, bytes_before, bytes_after, duplicates, note)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, chunk);
      insert.setString(2, step);
      insert.setObject(3, PgTimestamps.utc(started));
      insert.setObject(4, before, Types.BIGINT);
      insert.setObject(5, after, Types.BIGINT);
      insert.setObject(6, duplicates, Types.BIGINT);
      insert.setString(7, note);
      insert.executeUpdate();
    }
  }
}
