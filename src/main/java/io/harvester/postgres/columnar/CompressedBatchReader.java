// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.postgres.columnar.codec.DeltaDelta;
import io.harvester.postgres.columnar.codec.UnreadableColumnException;
import io.harvester.postgres.pg.BinaryBuffer;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.storage.SampleStore.SampleKeys;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGStatement;

/** Reads one node's compressed batches from the table behind a chunk. */
public final class CompressedBatchReader {
  private static final int FETCH_SIZE = 500;

  /** A writer waits while keys are read: more of them take too long. */
  private static final long MAX_KEYS = 4_000_000;

  private CompressedBatchReader() {}

  /**
   * A compressed batch as it is stored.
   *
   * @param ctid its place in the table
   * @param rows number of samples
   * @param series compressed series ids
   * @param times compressed timestamps
   * @param values compressed values
   */
  public record StoredBatch(String ctid, int rows, byte[] series, byte[] times, byte[] values) {}

  /** Reads all batches of a node, ordered by their first series, then by place. */
  public static List<StoredBatch> read(Connection connection, CompressedTable table, int nodeId)
      throws SQLException {
    List<StoredBatch> batches = new ArrayList<>();
    try (PreparedStatement read =
            prepare(
                connection,
                "ctid, _ts_meta_count, series_id, time, value",
                table,
                "ORDER BY _ts_meta_v2_first_series_id, ctid");
        ResultSet row = execute(read, nodeId)) {
      while (row.next()) {
        batches.add(batch(row));
      }
    }
    return batches;
  }

  /**
   * The batches of one node in one window.
   *
   * @param start start of the window
   */
  public record WindowBatches(int nodeId, Instant start, List<StoredBatch> batches) {}

  /**
   * Reads the small batches at some places, grouped by node and window. At a place where a small
   * batch was selected there may be another by now, or none.
   *
   * @param places a literal of type {@code tid[]}
   * @param window time span of a window
   */
  public static List<WindowBatches> readSmall(
      Connection connection, CompressedTable table, String places, Duration window)
      throws SQLException {
    List<WindowBatches> groups = new ArrayList<>();
    try (PreparedStatement read =
        connection.prepareStatement(
            "SELECT ctid, _ts_meta_count, series_id, time, value, node_id, "
                + SmallBatches.windowStart(window)
                + " AS start FROM "
                + table.name()
                + " WHERE ctid = ANY (?::tid[]) AND "
                + SmallBatches.condition(window)
                + " ORDER BY node_id, start, ctid")) {
      read.unwrap(PGStatement.class).setPrepareThreshold(-1);
      read.setString(1, places);
      try (ResultSet row = read.executeQuery()) {
        WindowBatches group = null;
        while (row.next()) {
          int node = row.getInt(6);
          Instant start = row.getObject(7, OffsetDateTime.class).toInstant();
          if (group == null || group.nodeId != node || !group.start.equals(start)) {
            group = new WindowBatches(node, start, new ArrayList<>());
            groups.add(group);
          }
          group.batches.add(batch(row));
        }
      }
    }
    return groups;
  }

  private static StoredBatch batch(ResultSet row) throws SQLException {
    return new StoredBatch(
        row.getString(1), row.getInt(2), row.getBytes(3), row.getBytes(4), row.getBytes(5));
  }

  /**
   * Passes the series id and time (ms since the epoch) of each of a node's samples to {@code keys}.
   *
   * @return false, and no keys, if the node has more than {@value #MAX_KEYS} samples in the chunk
   * @throws UnreadableColumnException if a batch cannot be decoded; some keys may have been passed
   */
  static boolean keys(Connection connection, CompressedTable table, int nodeId, SampleKeys keys)
      throws SQLException, UnreadableColumnException {
    if (rows(connection, table, nodeId) > MAX_KEYS) {
      return false;
    }
    DeltaDelta integers = new DeltaDelta();
    long[] series = new long[CompressedBatch.MAX_ROWS];
    long[] times = new long[CompressedBatch.MAX_ROWS];
    try (PreparedStatement read =
            prepare(connection, "_ts_meta_count, series_id, time", table, "");
        ResultSet row = execute(read, nodeId)) {
      while (row.next()) {
        int rows = row.getInt(1);
        if (rows > series.length) {
          throw new UnreadableColumnException(
              "a compressed batch has " + rows + " rows, more than " + series.length);
        }
        integers.decode(new BinaryBuffer(row.getBytes(2)), series, 0, rows);
        integers.decode(new BinaryBuffer(row.getBytes(3)), times, 0, rows);
        for (int i = 0; i < rows; i++) {
          keys.key(series[i], PgTimestamps.toMillis(times[i]));
        }
      }
    }
    return true;
  }

  private static long rows(Connection connection, CompressedTable table, int nodeId)
      throws SQLException {
    try (PreparedStatement sum =
            connection.prepareStatement(
                "SELECT sum(_ts_meta_count) FROM " + table.name() + " WHERE node_id = ?");
        ResultSet row = execute(sum, nodeId)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static PreparedStatement prepare(
      Connection connection, String columns, CompressedTable table, String order)
      throws SQLException {
    PreparedStatement read =
        connection.prepareStatement(
            "SELECT " + columns + " FROM " + table.name() + " WHERE node_id = ? " + order);
    read.unwrap(PGStatement.class).setPrepareThreshold(-1); // results in binary, not text, format
    read.setFetchSize(FETCH_SIZE);
    return read;
  }

  private static ResultSet execute(PreparedStatement read, int nodeId) throws SQLException {
    read.setInt(1, nodeId);
    return read.executeQuery();
  }
}
