package io.harvester.postgres.columnar.merge;

import io.harvester.postgres.columnar.ChunkStatus;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.pg.SqlErrors;
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
 * Runs the steps of {@link ChunkMaintenance} for one chunk, and notes each in {@code
 * chunk_maintenance}.
 */
record MaintenanceLog(Connection connection, String chunk) {
  private static final Logger LOG = LoggerFactory.getLogger(MaintenanceLog.class);

  /** What a step does. */
  interface Work {
    void run() throws SQLException;
  }

  void run(String step, String sql) throws SQLException {
    run(
        step,
        () -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
          }
        });
  }

  void run(String step, Work work) throws SQLException {
    Instant started = Instant.now();
    long before = bytes();
    try {
      work.run();
      LOG.info(
          "chunk {} {}: {} ms", chunk, step, Duration.between(started, Instant.now()).toMillis());
      insert(step, started, before, bytes(), null);
    } catch (SQLException e) {
      LOG.info("chunk {} {} put off: {}", chunk, step, SqlErrors.describe(e));
      throw e;
    }
  }

  void note(String step, Instant started, long duplicates) throws SQLException {
    insert(step, started, null, null, duplicates);
  }

  ChunkStatus status() throws SQLException {
    return ChunkStatus.of(connection, chunk);
  }

  long bytes() throws SQLException {
    return number(
        "SELECT coalesce(sum(total_bytes), 0)::bigint FROM chunks_detailed_size('harvester.sample')"
            + " WHERE format('%%I.%%I', chunk_schema, chunk_name) = '%s'");
  }

  private long number(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql.formatted(chunk))) {
      row.next();
      return row.getLong(1);
    }
  }

  private void insert(String step, Instant started, Long before, Long after, Long duplicates)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO harvester.chunk_maintenance"
                + " (chunk, step, started_at, bytes_before, bytes_after, duplicates)"
                + " VALUES (?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, chunk);
      insert.setString(2, step);
      insert.setObject(3, PgTimestamps.utc(started));
      insert.setObject(4, before, Types.BIGINT);
      insert.setObject(5, after, Types.BIGINT);
      insert.setObject(6, duplicates, Types.BIGINT);
      insert.executeUpdate();
    }
  }
}
