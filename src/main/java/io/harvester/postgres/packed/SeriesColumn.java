// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import java.util.Arrays;

/** The samples of one series in one hour. */
final class SeriesColumn {
  private static final long STALE = 0x7ff0000000000002L;

  final long seriesId;
  private long[] times = new long[64];
  private long[] bits = new long[64];
  private int count;

  SeriesColumn(long seriesId) {
    this.seriesId = seriesId;
  }

  /** Adds a sample; time in ms since the epoch. */
  void add(long time, long valueBits) {
    if (count == times.length) {
      times = Arrays.copyOf(times, count * 2);
      bits = Arrays.copyOf(bits, count * 2);
    }
    times[count] = time;
    bits[count++] = valueBits;
  }

  /**
   * Sorts by time. Of two samples with the same time, the one that was added first remains.
   *
   * @return how many were removed
   */
  int sort() {
    int ordered = 1;
    while (ordered < count && times[ordered] > times[ordered - 1]) {
      ordered++;
    }
    return ordered >= count ? 0 : sortAll();
  }

  private int sortAll() {
    Integer[] order = new Integer[count];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Long.compare(times[a], times[b])); // stable
    long[] sortedTimes = new long[count];
    long[] sortedBits = new long[count];
    int kept = 0;
    for (int at : order) {
      if (kept == 0 || times[at] != sortedTimes[kept - 1]) {
        sortedTimes[kept] = times[at];
        sortedBits[kept++] = bits[at];
      }
    }
    int removed = count - kept;
    times = sortedTimes;
    bits = sortedBits;
    count = kept;
    return removed;
  }

  int count() {
    return count;
  }

  /** The times, ascending once sorted. */
  long[] times() {
    return count == times.length ? times : Arrays.copyOf(times, count);
  }

  long time(int at) {
    return times[at];
  }

  long bits(int at) {
    return bits[at];
  }

  /** Whether one of the values is Prometheus's stale marker. */
  boolean isStale() {
    for (int i = 0; i < count; i++) {
      if (bits[i] == STALE) {
        return true;
      }
    }
    return false;
  }
}
