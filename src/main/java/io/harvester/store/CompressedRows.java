package io.harvester.store;

import io.harvester.compress.DeltaDelta;
import io.harvester.compress.Gorilla;
import io.harvester.ingest.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Oid;

/**
 * Rows as compressed batches, the way TimescaleDB stores them itself (tsl/src/compression): one row
 * per batch, with the bounds of its order columns. They go into the chunk's compressed table by one
 * INSERT of arrays, and the database has nothing left to compress.
 */
final class CompressedRows {
  /** As many rows as TimescaleDB puts into a batch (TARGET_COMPRESSED_BATCH_SIZE). */
  private static final int BATCH_ROWS = 1000;

  /** The columns of a compressed chunk, in the order of {@link #parameters}. */
  static final List<String> COLUMNS =
      List.of(
          "node_id",
          "_ts_meta_count",
          "_ts_meta_min_1",
          "_ts_meta_max_1",
          "_ts_meta_v2_first_series_id",
          "_ts_meta_v2_last_series_id",
          "_ts_meta_min_2",
          "_ts_meta_max_2",
          "_ts_meta_v2_first_time",
          "_ts_meta_v2_last_time",
          "series_id",
          "time",
          "value");

  private static final String COMPRESSED_DATA =
      "SELECT oid::int, typarray::int FROM pg_type"
          + " WHERE oid = '_timescaledb_internal.compressed_data'::regtype";

  private final ArrayParameter nodeId = new ArrayParameter("_int4", Oid.INT4);
  private final ArrayParameter count = new ArrayParameter("_int4", Oid.INT4);
  private final ArrayParameter minSeries = new ArrayParameter("_int8", Oid.INT8);
  private final ArrayParameter maxSeries = new ArrayParameter("_int8", Oid.INT8);
  private final ArrayParameter minTime = new ArrayParameter("_timestamptz", Oid.TIMESTAMPTZ);
  private final ArrayParameter maxTime = new ArrayParameter("_timestamptz", Oid.TIMESTAMPTZ);
  private final ArrayParameter firstTime = new ArrayParameter("_timestamptz", Oid.TIMESTAMPTZ);
  private final ArrayParameter lastTime = new ArrayParameter("_timestamptz", Oid.TIMESTAMPTZ);
  private final ArrayParameter series;
  private final ArrayParameter times;
  private final ArrayParameter values;
  private final ArrayParameter[] parameters;
  private final int[] binaryOids;

  private final DeltaDelta integers = new DeltaDelta();
  private final Gorilla floats = new Gorilla();
  private final long[] seriesOfBatch = new long[BATCH_ROWS];
  private final long[] timesOfBatch = new long[BATCH_ROWS];
  private final long[] bitsOfBatch = new long[BATCH_ROWS];

  /**
   * For a server in which the type {@code compressed_data} and its array have these numbers.
   *
   * @see #on
   */
  CompressedRows(int elementOid, int arrayOid) {
    String type = "_timescaledb_internal._compressed_data";
    series = new ArrayParameter(type, elementOid);
    times = new ArrayParameter(type, elementOid);
    values = new ArrayParameter(type, elementOid);
    parameters =
        new ArrayParameter[] {
          nodeId, count, minSeries, maxSeries, minSeries, maxSeries, minTime, maxTime, firstTime,
          lastTime, series, times, values
        };
    binaryOids = new int[] {Oid.INT4_ARRAY, Oid.INT8_ARRAY, Oid.TIMESTAMPTZ_ARRAY, arrayOid};
  }

  /** For a connection, which learns to send the types in binary form. */
  static CompressedRows on(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COMPRESSED_DATA)) {
      row.next();
      CompressedRows rows = new CompressedRows(row.getInt(1), row.getInt(2));
      BaseConnection base = connection.unwrap(BaseConnection.class);
      for (int oid : rows.binaryOids) {
        base.getQueryExecutor().addBinarySendOid(oid);
      }
      return rows;
    }
  }

  /** Compresses the rows at positions [from, to) of an order by node, series and time. */
  void compress(Rows rows, RowOrder order, int from, int to) {
    for (ArrayParameter parameter : parameters) {
      parameter.clear();
    }
    int start = from;
    while (start < to) {
      int node = rows.nodePosition(order.row(start));
      int end = start + 1;
      int limit = Math.min(to, start + BATCH_ROWS);
      while (end < limit && rows.nodePosition(order.row(end)) == node) {
        end++;
      }
      addBatch(rows, order, start, end);
      start = end;
    }
  }

  private void addBatch(Rows rows, RowOrder order, int start, int end) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    int size = end - start;
    for (int i = 0; i < size; i++) {
      int row = order.row(start + i);
      long time = CopyBuffer.timestamp(rows.time(row));
      timesOfBatch[i] = time;
      seriesOfBatch[i] = rows.seriesId(row);
      bitsOfBatch[i] = rows.bits(row);
      min = Math.min(min, time);
      max = Math.max(max, time);
    }
    nodeId.add(rows.nodeId(order.row(start)));
    count.add(size);
    minSeries.add(seriesOfBatch[0]); // sorted: also the first
    maxSeries.add(seriesOfBatch[size - 1]);
    minTime.add(min);
    maxTime.add(max);
    firstTime.add(timesOfBatch[0]);
    lastTime.add(timesOfBatch[size - 1]);
    integers.encode(seriesOfBatch, size, series.begin());
    series.end();
    integers.encode(timesOfBatch, size, times.begin());
    times.end();
    floats.encode(bitsOfBatch, size, values.begin());
    values.end();
  }

  /** The parameters of {@link BatchTarget#insert}, of what was compressed last. */
  Object[] parameters() {
    return parameters;
  }
}
