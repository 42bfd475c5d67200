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
import java.util.List;

/**
 * Up to a thousand rows of one node as TimescaleDB stores them (tsl/src/compression): one row of a
 * chunk's compressed table, with the bounds of its order columns. Filled again for each flush.
 */
public final class CompressedBatch {
  /** As many rows as TimescaleDB puts into a batch (TARGET_COMPRESSED_BATCH_SIZE). */
  public static final int MAX_ROWS = 1000;

  static final String DATA = "_timescaledb_internal.compressed_data";

  /** The columns of a compressed chunk, in the order in which {@code addTo} gives values. */
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

  /** What the encoders need besides; one for all batches of a writer. */
  public static final class Encoders {
    private final DeltaDelta integers = new DeltaDelta();
    private final Gorilla floats = new Gorilla();
    private final long[] series = new long[MAX_ROWS];
    private final long[] times = new long[MAX_ROWS];
    private final long[] bits = new long[MAX_ROWS];
    private final long[] found = new long[MAX_ROWS];
  }

  private int node;
  private int size;
  private long firstSeries;
  private long lastSeries;
  private final BinaryParameter minTime = new BinaryParameter("timestamptz");
  private final BinaryParameter maxTime = new BinaryParameter("timestamptz");
  private final BinaryParameter firstTime = new BinaryParameter("timestamptz");
  private final BinaryParameter lastTime = new BinaryParameter("timestamptz");
  private final BinaryParameter series = new BinaryParameter(DATA);
  private final BinaryParameter times = new BinaryParameter(DATA);
  private final BinaryParameter values = new BinaryParameter(DATA);

  /** Takes the rows at positions [start, end) of an order by series and time, all of one node. */
  public void fill(SampleBatch rows, RowOrder order, int start, int end, Encoders with) {
    for (int i = start; i < end; i++) {
      int row = order.row(i);
      with.times[i - start] = PgTimestamps.toBinary(rows.time(row));
      with.series[i - start] = rows.seriesId(row);
      with.bits[i - start] = rows.bits(row);
    }
    encode(rows.nodeId(order.row(start)), end - start, with);
  }

  /** Takes the rows [start, end) of a sorted segment. */
  public void fill(int ofNode, Segment segment, int start, int end, Encoders with) {
    segment.copy(start, end, with.series, with.times, with.bits);
    encode(ofNode, end - start, with);
  }

  private void encode(int ofNode, int rows, Encoders with) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = 0; i < rows; i++) {
      min = Math.min(min, with.times[i]);
      max = Math.max(max, with.times[i]);
    }
    node = ofNode;
    size = rows;
    firstSeries = with.series[0]; // sorted: also the least
    lastSeries = with.series[size - 1];
    set(minTime, min);
    set(maxTime, max);
    set(firstTime, with.times[0]);
    set(lastTime, with.times[size - 1]);
    with.integers.encode(with.series, size, emptied(series));
    with.integers.encode(with.times, size, emptied(times));
    with.floats.encode(with.bits, size, emptied(values));
  }

  private static void set(BinaryParameter parameter, long value) {
    emptied(parameter).putLong(value);
  }

  private static BinaryBuffer emptied(BinaryParameter parameter) {
    parameter.bytes().clear();
    return parameter.bytes();
  }

  /** Whether it reads back as what it was filled with, which is still in the encoders. */
  public boolean readsBack(Encoders with) throws UnreadableColumnException {
    long[] found = with.found;
    with.integers.decode(series.bytes(), found, 0, size);
    boolean same = Arrays.equals(found, 0, size, with.series, 0, size);
    with.integers.decode(times.bytes(), found, 0, size);
    same &= Arrays.equals(found, 0, size, with.times, 0, size);
    with.floats.decode(values.bytes(), found, 0, size);
    return same && Arrays.equals(found, 0, size, with.bits, 0, size);
  }

  /** Adds the value of each of {@link #COLUMNS}. */
  public void addTo(List<Object> parameters) {
    parameters.addAll(
        List.of(
            node,
            size,
            firstSeries,
            lastSeries,
            firstSeries,
            lastSeries,
            minTime,
            maxTime,
            firstTime,
            lastTime,
            series,
            times,
            values));
  }

  /** Adds itself to columns of many batches. */
  public void addTo(CompressedBatchArrays columns) {
    columns.node.add(node);
    columns.count.add(size);
    columns.firstSeries.add(firstSeries);
    columns.lastSeries.add(lastSeries);
    columns.minTime.add(minTime.bytes());
    columns.maxTime.add(maxTime.bytes());
    columns.firstTime.add(firstTime.bytes());
    columns.lastTime.add(lastTime.bytes());
    columns.series.add(series.bytes());
    columns.times.add(times.bytes());
    columns.values.add(values.bytes());
  }
}
