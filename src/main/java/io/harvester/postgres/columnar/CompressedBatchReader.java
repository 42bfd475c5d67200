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
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGStatement;

/** Reads the batches of one node as they lie in a chunk's compressed table. */
public final class CompressedBatchReader {
  private static final int BATCHES_AT_A_TIME = 500;

  /** A writer waits for them: that must not take long. */
  private static final long MAX_KEYS = 4_000_000;

  private CompressedBatchReader() {}

  /** A batch: where it is, how many rows it has, and its columns. */
  public record Batch(String place, int rows, byte[] series, byte[] times, byte[] values) {}

  /** All of them, by their first series, and then as they were written. */
  public static List<Batch> all(Connection connection, CompressedTable table, int node)
      throws SQLException {
    List<Batch> batches = new ArrayList<>();
    try (PreparedStatement read =
            prepare(
                connection,
                "ctid, _ts_meta_count, series_id, time, value",
                table,
                "ORDER BY _ts_meta_v2_first_series_id, ctid");
        ResultSet row = executed(read, node)) {
      while (row.next()) {
        batches.add(
            new Batch(
                row.getString(1),
                row.getInt(2),
                row.getBytes(3),
                row.getBytes(4),
                row.getBytes(5)));
      }
    }
    return batches;
  }

  /** Tells the series and time of each row, unless there are too many to do it in passing. */
  static boolean keys(Connection connection, CompressedTable table, int node, SampleKeys keys)
      throws SQLException, UnreadableColumnException {
    if (rows(connection, table, node) > MAX_KEYS) {
      return false;
    }
    DeltaDelta integers = new DeltaDelta();
    long[] series = new long[CompressedBatch.MAX_ROWS];
    long[] times = new long[CompressedBatch.MAX_ROWS];
    try (PreparedStatement read =
            prepare(connection, "_ts_meta_count, series_id, time", table, "");
        ResultSet row = executed(read, node)) {
      while (row.next()) {
        int rows = row.getInt(1);
        if (rows > series.length) {
          throw new UnreadableColumnException("a batch has " + rows + " rows");
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

  private static long rows(Connection connection, CompressedTable table, int node)
      throws SQLException {
    try (PreparedStatement sum =
            connection.prepareStatement(
                "SELECT sum(_ts_meta_count) FROM " + table.name() + " WHERE node_id = ?");
        ResultSet row = executed(sum, node)) {
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
    read.unwrap(PGStatement.class).setPrepareThreshold(-1); // columns as bytes, not as text
    read.setFetchSize(BATCHES_AT_A_TIME);
    return read;
  }

  private static ResultSet executed(PreparedStatement read, int node) throws SQLException {
    read.setInt(1, node);
    return read.executeQuery();
  }
}
