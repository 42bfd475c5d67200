// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.layout;

import io.harvester.postgres.packed.RowChunks.RowChunk;
import io.harvester.postgres.pg.LockTimeouts;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.pg.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Lists and drops chunks, with functions that every edition of TimescaleDB has. */
final class Chunks {
  private static final List<String> TABLES = List.of("sample", "native_histogram", "exemplar");

  private static final String SPANS =
      """
      SELECT hypertable_name, format('%I.%I', chunk_schema, chunk_name), range_start, range_end
        FROM timescaledb_information.chunks
       WHERE hypertable_schema = 'harvester' ORDER BY range_start
      """;

  private static final String COMPRESSED =
      """
      SELECT format('%I.%I', chunk_schema, chunk_name)
        FROM timescaledb_information.chunks
       WHERE hypertable_schema = 'harvester' AND hypertable_name = 'sample' AND is_compressed
      """;

  private static final String DROP =
      "SELECT drop_chunks(?::regclass, older_than => ?, newer_than => ?)";

  private Chunks() {}

  /** All chunks of samples, histograms and exemplars, by start. */
  static List<ChunkSpan> spans(Connection connection) throws SQLException {
    List<ChunkSpan> spans = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SPANS)) {
      while (row.next()) {
        if (TABLES.contains(row.getString(1))) {
          spans.add(
              new ChunkSpan(
                  row.getString(1),
                  row.getString(2),
                  row.getTimestamp(3).toInstant(),
                  row.getTimestamp(4).toInstant()));
        }
      }
    }
    return spans;
  }

  /** The names of the chunks of samples that have compressed rows. */
  static Set<String> compressed(Connection connection) throws SQLException {
    Set<String> names = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COMPRESSED)) {
      while (row.next()) {
        names.add(row.getString(1));
      }
    }
    return names;
  }

  /**
   * Drops a chunk of samples if it has no rows. Writers of the chunk wait while it is looked
   * through; if one is in the middle of a transaction, the next call tries again.
   */
  static boolean dropIfEmpty(Connection connection, RowChunk chunk) throws SQLException {
    ChunkSpan span = new ChunkSpan("sample", chunk.name(), chunk.start(), chunk.end());
    return EmptyChunk.drop(connection, chunk.name(), () -> dropLocked(connection, span));
  }

  /**
   * Drops the chunks that ended at or before the limit, each in a transaction of its own. A chunk
   * that is being read is left to the next round, because all other sessions would queue behind the
   * lock request. Retention policies would do this, but not in the Apache edition.
   *
   * @return how many were dropped
   */
  static int dropBefore(Connection connection, Instant limit) throws SQLException {
    int dropped = 0;
    for (ChunkSpan span : spans(connection)) {
      if (!span.end().isAfter(limit) && drop(connection, span)) {
        dropped++;
      }
    }
    return dropped;
  }

  /**
   * Readers lock a chunk and then its compressed table, drop_chunks the other way round. Locking
   * the chunk first prevents the deadlock.
   */
  private static boolean drop(Connection connection, ChunkSpan span) throws SQLException {
    connection.setAutoCommit(false);
    try {
      LockTimeouts.SHORT.setLocal(connection);
      dropLocked(connection, span);
      connection.commit();
      return true;
    } catch (SQLException e) {
      connection.rollback();
      if (SqlErrors.isLockTimeout(e)) {
        return false;
      }
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static void dropLocked(Connection connection, ChunkSpan span) throws SQLException {
    try (Statement lock = connection.createStatement();
        PreparedStatement drop = connection.prepareStatement(DROP)) {
      lock.execute("LOCK TABLE ONLY " + span.name() + " IN ACCESS EXCLUSIVE MODE");
      drop.setString(1, span.table());
      drop.setObject(2, PgTimestamps.utc(span.end()));
      drop.setObject(3, PgTimestamps.utc(span.start()));
      drop.execute();
    }
  }
}
