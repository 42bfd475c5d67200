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

  /** From then on the connection receives compressed columns in binary format. */
  @Override
  public void configure(Connection connection) throws SQLException {
    CompressedBatchArrays.on(connection);
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
    connection.setAutoCommit(false); // otherwise pgjdbc fetches all rows at once
    try (PreparedStatement batches = connection.prepareStatement(BATCHES.formatted(table.name()))) {
      batches.unwrap(PGStatement.class).setPrepareThreshold(-1); // results in binary format
      batches.setFetchSize(FETCH_SIZE);
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
      connection.rollback();
      connection.setAutoCommit(true);
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
    private final long[] times = new long[CompressedBatch.MAX_ROWS];
    private final long[] bits = new long[CompressedBatch.MAX_ROWS];

    /** The column that {@link #series} has: a node's scrapes have the same series. */
    private byte[] seriesColumn = {};

    private byte[] timesColumn = {};

    Decoder(SeriesGroup group, long from, long to) {
      this.group = group;
      this.from = PgTimestamps.toBinary(from);
      this.to = PgTimestamps.toBinary(to);
    }

    void add(ResultSet row, IdRange range) throws SQLException, UnreadableColumnException {
      int rows = row.getInt(1);
      if (rows < 1 || rows > series.length) {
        throw new UnreadableColumnException("a compressed batch has " + rows + " rows");
      }
      seriesColumn = decode(seriesColumn, row.getBytes(2), series, rows);
      int first = firstAtOrAfter(range.first(), rows);
      int end = first;
      while (end < rows && series[end] <= range.last()) {
        end++;
      }
      if (first == end) {
        return;
      }
      timesColumn = decode(timesColumn, row.getBytes(3), times, rows);
      floats.decode(new BinaryBuffer(row.getBytes(4)), bits, 0, rows);
      keep(first, end);
    }

    private byte[] decode(byte[] known, byte[] column, long[] into, int rows)
        throws UnreadableColumnException {
      if (!Arrays.equals(known, column)) {
        integers.decode(new BinaryBuffer(column), into, 0, rows);
      }
      return column;
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

    private void keep(int first, int end) {
      long id = Long.MIN_VALUE;
      int position = -1;
      for (int i = first; i < end; i++) {
        if (series[i] != id) {
          id = series[i];
          position = group.position(id);
        }
        if (position >= 0 && times[i] >= from && times[i] <= to) {
          group.add(position, PgTimestamps.toMillis(times[i]), bits[i]);
        }
      }
    }
  }
}
