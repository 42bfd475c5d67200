package io.harvester.postgres.columnar;

import io.harvester.postgres.columnar.codec.DeltaDelta;
import io.harvester.postgres.columnar.codec.Gorilla;
import io.harvester.postgres.columnar.codec.UnreadableColumnException;
import io.harvester.postgres.pg.BinaryBuffer;
import java.util.Arrays;

/**
 * The rows of one node in one chunk: read from its batches, sorted by series and time, and cut into
 * batches again. Filled again for each node.
 */
public final class Segment {
  /** An array of two numbers a row must not be too long. */
  public static final int MAX_ROWS = 1 << 29;

  /** Bytes of memory that a row takes while it is sorted. */
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

  /** Empties it, and makes room for so many rows. */
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

  /** Adds the rows of a batch. */
  public void add(int rows, byte[] ofSeries, byte[] ofTimes, byte[] ofValues)
      throws UnreadableColumnException {
    if (rows < 1 || count + rows > series.length) {
      throw new UnreadableColumnException("a batch has " + rows + " rows");
    }
    integers.decode(new BinaryBuffer(ofSeries), series, count, rows);
    integers.decode(new BinaryBuffer(ofTimes), times, count, rows);
    floats.decode(new BinaryBuffer(ofValues), bits, count, rows);
    count += rows;
  }

  public int rows() {
    return count;
  }

  /** Whether all rows stand in ascending order, each once. */
  public boolean isSorted() {
    for (int i = 1; i < count; i++) {
      if (series[i] < series[i - 1] || (series[i] == series[i - 1] && times[i] <= times[i - 1])) {
        return false;
      }
    }
    return true;
  }

  /**
   * Sorts the rows. Of those with the same series and time the one that was added first stays.
   *
   * @return how many are gone
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

  /** Puts each row where its series has its place; time and value side by side, for the caches. */
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

  /** Merges ever longer runs, with the columns as scratch: their rows are all in the pairs. */
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

  /** Moves sorted rows of a series back into the columns, each time once. */
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
   * Where the batch that starts at a row ends. It ends with a series if that does not leave it too
   * small: who asks for one series then has fewer batches to unpack.
   */
  public int batchEnd(int start) {
    int end = Math.min(count, start + CompressedBatch.MAX_ROWS);
    if (end < count) {
      int boundary = end;
      while (boundary > start + CompressedBatch.MAX_ROWS * 3 / 4
          && series[boundary - 1] == series[boundary]) {
        boundary--;
      }
      if (series[boundary - 1] != series[boundary]) {
        return boundary;
      }
    }
    return end;
  }

  /** Copies the rows [start, end) to the beginnings of three arrays. */
  void copy(int start, int end, long[] intoSeries, long[] intoTimes, long[] intoBits) {
    System.arraycopy(series, start, intoSeries, 0, end - start);
    System.arraycopy(times, start, intoTimes, 0, end - start);
    System.arraycopy(bits, start, intoBits, 0, end - start);
  }

  /** For tests: the rows as they stand. */
  long[][] toArrays() {
    return new long[][] {
      Arrays.copyOf(series, count), Arrays.copyOf(times, count), Arrays.copyOf(bits, count)
    };
  }
}
