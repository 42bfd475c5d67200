// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.postgres.columnar.codec.DeltaDelta;
import io.harvester.postgres.columnar.codec.Gorilla;
import io.harvester.postgres.columnar.codec.UnreadableColumnException;
import io.harvester.postgres.pg.BinaryBuffer;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.rollup.SortedSamples;
import java.util.Arrays;

/**
 * The samples of one node in one chunk: decoded from its compressed batches, sorted by series and
 * time, and cut into batches again. Reused from node to node.
 *
 * <p>No sorter is shared with {@link io.harvester.postgres.write.RowOrder}: that one sorts the
 * indexes of some thousand rows that are mostly in order, this one moves the columns of millions.
 */
public final class Segment implements SortedSamples {
  /** {@code 2 * rows} longs must fit in one Java array. */
  public static final int MAX_ROWS = 1 << 29;

  /** Bytes of heap that a row takes while it is sorted. */
  public static final int BYTES_PER_ROW = (3 + 2) * Long.BYTES + Integer.BYTES;

  private final DeltaDelta integers = new DeltaDelta();
  private final Gorilla floats = new Gorilla();
  private final SeriesRanks ranks = new SeriesRanks();
  private long[] series = {};
  private long[] times = {};
  private long[] bits = {};
  private long[] pairs = {};
  private int[] rank = {};
  private int count;

  /** Removes all rows and makes room for {@code rows} of them. */
  public void start(int rows) {
    count = 0;
    if (series.length < rows) {
      series = new long[rows];
      times = new long[rows];
      bits = new long[rows];
      pairs = new long[2 * rows];
      rank = new int[rows];
    }
  }

  /**
   * Appends the rows of a compressed batch.
   *
   * @param rows number of rows in the batch
   * @throws UnreadableColumnException if a column cannot be decoded to that many rows, or they
   *     exceed the room made by {@link #start}
   */
  public void add(int rows, byte[] ofSeries, byte[] ofTimes, byte[] ofValues)
      throws UnreadableColumnException {
    if (rows < 1 || count + rows > series.length) {
      throw new UnreadableColumnException(
          "a compressed batch has "
              + rows
              + " rows where at most "
              + (series.length - count)
              + " are expected");
    }
    integers.decode(new BinaryBuffer(ofSeries), series, count, rows);
    integers.decode(new BinaryBuffer(ofTimes), times, count, rows);
    floats.decode(new BinaryBuffer(ofValues), bits, count, rows);
    count += rows;
  }

  @Override
  public int rows() {
    return count;
  }

  @Override
  public long seriesId(int row) {
    return series[row];
  }

  @Override
  public long time(int row) {
    return PgTimestamps.toMillis(times[row]);
  }

  @Override
  public long bits(int row) {
    return bits[row];
  }

  /** Whether all rows are in ascending order by series and time, without duplicates. */
  public boolean isSorted() {
    for (int i = 1; i < count; i++) {
      if (series[i] < series[i - 1] || (series[i] == series[i - 1] && times[i] <= times[i - 1])) {
        return false;
      }
    }
    return true;
  }

  /**
   * Sorts the rows by series and time. Of rows with the same series and time only the one added
   * first is kept.
   *
   * @return the number of duplicates removed
   */
  public int sort() {
    int[] starts = ranks.of(series, count, rank);
    scatter(starts.clone());
    int added = count;
    count = 0;
    for (int group = 0; group + 1 < starts.length; group++) {
      int from = starts[group];
      int to = starts[group + 1];
      if (!isAscending(from, to)) {
        sortByTime(from, to);
      }
      keep(ranks.id(group), from, to);
    }
    return added - count;
  }

  /** Moves each row to its series' range; time and value are adjacent, for the CPU caches. */
  private void scatter(int[] next) {
    for (int i = 0; i < count; i++) {
      int to = 2 * next[rank[i]]++;
      pairs[to] = times[i];
      pairs[to + 1] = bits[i];
    }
  }

  private boolean isAscending(int from, int to) {
    for (int i = from + 1; i < to; i++) {
      if (pairs[2 * i] < pairs[2 * i - 2]) {
        return false;
      }
    }
    return true;
  }

  /** Merge sort, bottom up. The columns serve as scratch: all their rows are in the pairs. */
  private void sortByTime(int from, int to) {
    for (int width = 1; width < to - from; width *= 2) {
      for (int start = from; start < to; start += 2 * width) {
        merge(start, Math.min(start + width, to), Math.min(start + 2 * width, to));
      }
      for (int i = from; i < to; i++) {
        pairs[2 * i] = times[i];
        pairs[2 * i + 1] = bits[i];
      }
    }
  }

  private void merge(int from, int middle, int to) {
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      boolean takeLeft = right >= to || (left < middle && pairs[2 * left] <= pairs[2 * right]);
      int row = takeLeft ? left++ : right++;
      times[i] = pairs[2 * row];
      bits[i] = pairs[2 * row + 1];
    }
  }

  /** Moves the sorted rows of a series back to the columns, without duplicates. */
  private void keep(long ofSeries, int from, int to) {
    int first = count;
    for (int i = from; i < to; i++) {
      long time = pairs[2 * i];
      if (count == first || times[count - 1] != time) {
        series[count] = ofSeries;
        times[count] = time;
        bits[count++] = pairs[2 * i + 1];
      }
    }
  }

  /**
   * The end (exclusive) of the compressed batch that starts at a row. It is moved back to the last
   * border between two series unless that leaves the batch less than three quarters full: a query
   * of one series then decompresses fewer batches.
   */
  public int batchEnd(int start) {
    return batchEnd(start, CompressedBatch.MAX_ROWS);
  }

  /** The same for a batch of at most {@code most} rows. */
  public int batchEnd(int start, int most) {
    int end = Math.min(count, start + most);
    if (end < count) {
      int boundary = end;
      while (boundary > start + most * 3 / 4 && series[boundary - 1] == series[boundary]) {
        boundary--;
      }
      if (series[boundary - 1] != series[boundary]) {
        return boundary;
      }
    }
    return end;
  }

  /** Copies the rows [start, end) to the start of three arrays. */
  void copy(int start, int end, long[] intoSeries, long[] intoTimes, long[] intoBits) {
    System.arraycopy(series, start, intoSeries, 0, end - start);
    System.arraycopy(times, start, intoTimes, 0, end - start);
    System.arraycopy(bits, start, intoBits, 0, end - start);
  }

  /** For tests: copies of the columns series, times and value bits. */
  long[][] toArrays() {
    return new long[][] {
      Arrays.copyOf(series, count), Arrays.copyOf(times, count), Arrays.copyOf(bits, count)
    };
  }
}
