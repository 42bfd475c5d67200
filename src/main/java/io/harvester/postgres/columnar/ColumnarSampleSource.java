// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.postgres.columnar.ReadableChunks.ReadableChunk;
import io.harvester.postgres.columnar.codec.DeltaDelta;
import io.harvester.postgres.columnar.codec.Gorilla;
import io.harvester.postgres.columnar.codec.UnreadableColumnException;
import io.harvester.postgres.pg.BinaryBuffer;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.pg.SqlErrors;
import io.harvester.postgres.read.RowSampleSource;
import io.harvester.postgres.read.SampleSource;
import io.harvester.postgres.read.SeriesGroup;
import io.harvester.postgres.read.SeriesGroup.IdRange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.postgresql.PGStatement;

/**
 * Fetches compressed columns and decodes them here: the database only finds the batches that can
 * have the series and times, by their metadata. Chunks that Harvester cannot decode, or that have
 * rows in the rowstore, are read through table {@code sample}.
 */
public final class ColumnarSampleSource implements SampleSource {
  private static final int FETCH_SIZE = 1_000;

  /** A node with 700 series at 15 s has 168 batches of 6 kB in an hour. */
  private static final int MAX_NODE_HOURS_AT_ONCE = 16;

  private static final long HOUR_MILLIS = 3_600_000;

  private static final String BATCHES =
      """
      SELECT _ts_meta_count, series_id, time, value FROM %s
       WHERE node_id = ANY (?)
         AND _ts_meta_v2_first_series_id <= ? AND _ts_meta_v2_last_series_id >= ?
         AND _ts_meta_min_2 <= ? AND _ts_meta_max_2 >= ?
      """;

  private final FastPath fastPath;
  private final ReadableChunks chunks;
  private final RowSampleSource rows = RowSampleSource.byRange();

  /** Reads the chunks of table {@code sample}. */
  public ColumnarSampleSource(CodecProbe probe) {
    fastPath = probe.fastPath();
    chunks = new ReadableChunks(probe);
  }

  /**
   * From then on the connection receives compressed columns in binary format, and plans its
   * statements once: planning them for their parameters takes three times as long as their
   * execution for one node, and for 250 nodes the plan is slower, too.
   */
  @Override
  public void configure(Connection connection) throws SQLException {
    CompressedBatchArrays.on(connection);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET plan_cache_mode = force_generic_plan");
    }
  }

  @Override
  public void read(
      Connection connection, SeriesGroup group, long from, long to, BooleanSupplier cancelled)
      throws SQLException {
    Integer[] nodes = group.nodes();
    Arrays.sort(nodes);
    for (ReadableChunk chunk : chunks.overlapping(connection, from, to)) {
      long start = Math.max(from, chunk.start());
      long end = Math.min(to, chunk.end() - 1);
      if (chunk.table().isEmpty()) {
        rows.read(connection, group, start, end, cancelled);
        continue;
      }
      try {
        read(connection, chunk.table().get(), nodes, group, start, end, cancelled);
      } catch (SQLException e) {
        if (!SqlErrors.isTargetGone(e)) {
          throw e;
        }
        chunks.forget(); // dropped by retention, or compressed anew: what is left is in the table
        rows.read(connection, group, start, end, cancelled);
      } catch (UnreadableColumnException e) {
        fastPath.detour(chunk.table().get().chunk(), "is read row by row", e);
        rows.read(connection, group, start, end, cancelled);
      }
    }
  }

  private static void read(
      Connection connection,
      CompressedTable table,
      Integer[] nodes,
      SeriesGroup group,
      long from,
      long to,
      BooleanSupplier cancelled)
      throws SQLException, UnreadableColumnException {
    // In a transaction pgjdbc fetches rows in portions. Few rows come with one message instead of
    // four.
    boolean many = nodes.length * ((to - from) / HOUR_MILLIS + 1) > MAX_NODE_HOURS_AT_ONCE;
    connection.setAutoCommit(!many);
    try (PreparedStatement batches = connection.prepareStatement(BATCHES.formatted(table.name()))) {
      batches.unwrap(PGStatement.class).setPrepareThreshold(-1); // results in binary format
      batches.setFetchSize(many ? FETCH_SIZE : 0);
      batches.setArray(1, connection.createArrayOf("int4", nodes));
      batches.setObject(4, PgTimestamps.utc(to));
      batches.setObject(5, PgTimestamps.utc(from));
      Decoder decoder = new Decoder(group, from, to);
      for (IdRange range : group.ranges()) {
        batches.setLong(2, range.last());
        batches.setLong(3, range.first());
        try (ResultSet row = batches.executeQuery()) {
          while (row.next() && !cancelled.getAsBoolean()) {
            decoder.add(row, range);
          }
        }
      }
    } finally {
      if (many) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  /** Decodes batches, and keeps of them what a query asks for. */
  private static final class Decoder {
    private final DeltaDelta integers = new DeltaDelta();
    private final Gorilla floats = new Gorilla();
    private final SeriesGroup group;
    private final long from;
    private final long to;
    private final long[] series = new long[CompressedBatch.MAX_ROWS];

    /** In ms since the epoch. */
    private final long[] times = new long[CompressedBatch.MAX_ROWS];

    private final long[] bits = new long[CompressedBatch.MAX_ROWS];

    /** The column that {@link #series} has: a node's scrapes have the same series. */
    private byte[] seriesColumn = {};

    private byte[] timesColumn = {};

    Decoder(SeriesGroup group, long from, long to) {
      this.group = group;
      this.from = from;
      this.to = to;
    }

    void add(ResultSet row, IdRange range) throws SQLException, UnreadableColumnException {
      int rows = row.getInt(1);
      if (rows < 1 || rows > series.length) {
        throw new UnreadableColumnException("a compressed batch has " + rows + " rows");
      }
      byte[] ids = row.getBytes(2);
      if (!Arrays.equals(seriesColumn, ids)) {
        integers.decode(new BinaryBuffer(ids), series, 0, rows);
        seriesColumn = ids;
      }
      int first = firstAtOrAfter(range.first(), rows);
      int end = first;
      while (end < rows && series[end] <= range.last()) {
        end++;
      }
      if (first == end) {
        return;
      }
      decodeTimes(row.getBytes(3), rows);
      floats.decode(new BinaryBuffer(row.getBytes(4)), bits, 0, rows);
      keep(first, end);
    }

    private void decodeTimes(byte[] column, int rows) throws UnreadableColumnException {
      if (!Arrays.equals(timesColumn, column)) {
        integers.decode(new BinaryBuffer(column), times, 0, rows);
        for (int i = 0; i < rows; i++) {
          times[i] = PgTimestamps.toMillis(times[i]);
        }
        timesColumn = column;
      }
    }

    private int firstAtOrAfter(long id, int rows) {
      int low = 0;
      int high = rows;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (series[middle] < id) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    /** Rows of a batch are ordered by series and time. */
    private void keep(int first, int end) {
      int start = first;
      while (start < end) {
        int stop = start + 1;
        while (stop < end && series[stop] == series[start]) {
          stop++;
        }
        int position = group.position(series[start]);
        if (position >= 0) {
          keepOne(position, start, stop);
        }
        start = stop;
      }
    }

    private void keepOne(int position, int start, int stop) {
      int low = start;
      while (low < stop && times[low] < from) {
        low++;
      }
      int high = stop;
      while (high > low && times[high - 1] > to) {
        high--;
      }
      if (low < high) {
        group.add(position, times, bits, low, high);
      }
    }
  }
}
