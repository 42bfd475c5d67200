// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.postgres.columnar.codec.DeltaDelta;
import io.harvester.postgres.columnar.codec.Gorilla;
import io.harvester.postgres.columnar.codec.UnreadableColumnException;
import io.harvester.postgres.pg.BinaryBuffer;
import io.harvester.postgres.pg.BinaryParameter;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.write.RowOrder;
import io.harvester.storage.SampleBatch;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A compressed batch of TimescaleDB (tsl/src/compression): up to a thousand samples of one node as
 * one row of the chunk's compressed table. Filled again and again.
 */
public final class CompressedBatch {
  /** TimescaleDB's own limit (TARGET_COMPRESSED_BATCH_SIZE). */
  public static final int MAX_ROWS = 1000;

  /** Codecs and working memory, shared by the batches of one thread. */
  public static final class Encoders {
    private final DeltaDelta integers = new DeltaDelta();
    private final Gorilla floats = new Gorilla();
    private final long[] series = new long[MAX_ROWS];
    private final long[] times = new long[MAX_ROWS];
    private final long[] bits = new long[MAX_ROWS];
    private final long[] decoded = new long[MAX_ROWS];
  }

  private final Map<CompressedColumn, BinaryParameter> columns =
      new EnumMap<>(CompressedColumn.class);

  private int size;

  /** An empty batch, to be filled. */
  public CompressedBatch() {
    for (CompressedColumn column : CompressedColumn.values()) {
      columns.put(column, column.parameter());
    }
  }

  /**
   * Takes the rows at positions [start, end) of an order by series and time, all of one node and at
   * most {@link #MAX_ROWS}.
   */
  public void fill(SampleBatch rows, RowOrder order, int start, int end, Encoders encoders) {
    for (int i = start; i < end; i++) {
      int row = order.row(i);
      encoders.times[i - start] = PgTimestamps.toBinary(rows.time(row));
      encoders.series[i - start] = rows.seriesId(row);
      encoders.bits[i - start] = rows.bits(row);
    }
    encode(rows.nodeId(order.row(start)), end - start, encoders);
  }

  /** Takes the rows [start, end) of a sorted segment, at most {@link #MAX_ROWS}. */
  public void fill(int nodeId, Segment segment, int start, int end, Encoders encoders) {
    segment.copy(start, end, encoders.series, encoders.times, encoders.bits);
    encode(nodeId, end - start, encoders);
  }

  private void encode(int nodeId, int rows, Encoders encoders) {
    long minTime = Long.MAX_VALUE;
    long maxTime = Long.MIN_VALUE;
    for (int i = 0; i < rows; i++) {
      minTime = Math.min(minTime, encoders.times[i]);
      maxTime = Math.max(maxTime, encoders.times[i]);
    }
    long firstSeries = encoders.series[0]; // also the least: the rows are sorted by series
    long lastSeries = encoders.series[rows - 1];
    size = rows;
    cleared(CompressedColumn.NODE).putInt(nodeId);
    cleared(CompressedColumn.COUNT).putInt(rows);
    cleared(CompressedColumn.MIN_SERIES).putLong(firstSeries);
    cleared(CompressedColumn.MAX_SERIES).putLong(lastSeries);
    cleared(CompressedColumn.FIRST_SERIES).putLong(firstSeries);
    cleared(CompressedColumn.LAST_SERIES).putLong(lastSeries);
    cleared(CompressedColumn.MIN_TIME).putLong(minTime);
    cleared(CompressedColumn.MAX_TIME).putLong(maxTime);
    cleared(CompressedColumn.FIRST_TIME).putLong(encoders.times[0]);
    cleared(CompressedColumn.LAST_TIME).putLong(encoders.times[rows - 1]);
    encoders.integers.encode(encoders.series, rows, cleared(CompressedColumn.SERIES));
    encoders.integers.encode(encoders.times, rows, cleared(CompressedColumn.TIMES));
    encoders.floats.encode(encoders.bits, rows, cleared(CompressedColumn.VALUES));
  }

  private BinaryBuffer cleared(CompressedColumn column) {
    BinaryBuffer bytes = bytes(column);
    bytes.clear();
    return bytes;
  }

  private BinaryBuffer bytes(CompressedColumn column) {
    return columns.get(column).bytes();
  }

  /**
   * Decodes the batch and tests whether that gives the rows it was filled with.
   *
   * @param encoders those of the last fill, which still hold the rows
   * @throws UnreadableColumnException if a column cannot be decoded at all
   */
  public boolean readsBack(Encoders encoders) throws UnreadableColumnException {
    long[] decoded = encoders.decoded;
    encoders.integers.decode(bytes(CompressedColumn.SERIES), decoded, 0, size);
    boolean same = Arrays.equals(decoded, 0, size, encoders.series, 0, size);
    encoders.integers.decode(bytes(CompressedColumn.TIMES), decoded, 0, size);
    same &= Arrays.equals(decoded, 0, size, encoders.times, 0, size);
    encoders.floats.decode(bytes(CompressedColumn.VALUES), decoded, 0, size);
    return same && Arrays.equals(decoded, 0, size, encoders.bits, 0, size);
  }

  /** The number of samples. */
  public int rows() {
    return size;
  }

  /** The size of the compressed columns. */
  public int bytes() {
    return bytes(CompressedColumn.SERIES).length()
        + bytes(CompressedColumn.TIMES).length()
        + bytes(CompressedColumn.VALUES).length();
  }

  /** Appends the value of each {@link CompressedColumn}; they are valid until the next fill. */
  public void addTo(List<Object> parameters) {
    parameters.addAll(columns.values());
  }

  /** Appends this batch to arrays of many, as a copy. */
  public void addTo(CompressedBatchArrays arrays) {
    arrays.add(columns.values());
  }
}
