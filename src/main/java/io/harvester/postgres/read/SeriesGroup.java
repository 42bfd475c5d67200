// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.read;

import io.harvester.read.SeriesLabels;
import io.harvester.read.SeriesReader;
import io.harvester.read.SeriesSelection;
import io.harvester.series.SeriesId;
import io.harvester.storage.LongIndex;
import io.harvester.wire.NativeHistogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Some of the series that a query found, which are fetched together, and their columns. */
public final class SeriesGroup {
  /** A query with more metrics fetches the range from the first to the last. */
  private static final int MAX_RANGES = 16;

  private final SeriesSelection selection;
  private final int[] members;
  private final LongIndex byId = new LongIndex();
  private final Set<Integer> nodes = new LinkedHashSet<>();
  private final Map<Long, IdRange> rangeByMetric = new TreeMap<>();
  private final long[][] times;
  private final long[][] bits;
  private final int[] counts;
  private final Map<Integer, List<NativeHistogram>> histograms = new HashMap<>();

  /** A range of series ids, both ends included. */
  public record IdRange(long first, long last) {
    private IdRange and(IdRange other) {
      return new IdRange(Math.min(first, other.first), Math.max(last, other.last));
    }
  }

  /**
   * A group.
   *
   * @param members indexes of its series in the selection
   */
  SeriesGroup(SeriesSelection selection, int[] members) {
    this.selection = selection;
    this.members = members;
    this.times = new long[members.length][];
    this.bits = new long[members.length][];
    this.counts = new int[members.length];
    for (int member : members) {
      long id = selection.id(member);
      byId.add(id);
      nodes.add(selection.nodeId(member));
      rangeByMetric.merge(id >>> SeriesId.SEQUENCE_BITS, new IdRange(id, id), IdRange::and);
    }
  }

  /** The {@code node_id}s of its series. */
  public Integer[] nodes() {
    return nodes.toArray(Integer[]::new);
  }

  /** Few ranges that contain the ids of all its series. */
  public List<IdRange> ranges() {
    List<IdRange> ranges = new ArrayList<>(rangeByMetric.values());
    return ranges.size() <= MAX_RANGES
        ? ranges
        : List.of(ranges.stream().reduce(IdRange::and).orElseThrow());
  }

  /** Number of series. */
  public int size() {
    return members.length;
  }

  /** The id of the series with that position. */
  public long id(int position) {
    return byId.value(position);
  }

  /** The labels of the series with that position. */
  SeriesLabels labels(int position) {
    return selection.labels(members[position]);
  }

  /** The position of a series; -1 if it is not in the group. */
  public int position(long seriesId) {
    return byId.find(seriesId);
  }

  /** Adds a sample; time in ms since the epoch. */
  public void add(int position, long time, long valueBits) {
    reserve(position, 1);
    times[position][counts[position]] = time;
    bits[position][counts[position]++] = valueBits;
  }

  /** Adds the samples from one index of two columns to another, which is not included. */
  public void add(int position, long[] time, long[] valueBits, int from, int to) {
    int count = to - from;
    reserve(position, count);
    System.arraycopy(time, from, times[position], counts[position], count);
    System.arraycopy(valueBits, from, bits[position], counts[position], count);
    counts[position] += count;
  }

  private void reserve(int position, int more) {
    int size = counts[position] + more;
    if (times[position] == null) {
      times[position] = new long[Math.max(64, size)];
      bits[position] = new long[Math.max(64, size)];
    } else if (size > times[position].length) {
      int grown = Math.max(size, times[position].length * 2);
      times[position] = Arrays.copyOf(times[position], grown);
      bits[position] = Arrays.copyOf(bits[position], grown);
    }
  }

  /** Adds a histogram; those of a series come in ascending order of time. */
  void addHistogram(int position, NativeHistogram histogram) {
    histograms.computeIfAbsent(position, p -> new ArrayList<>()).add(histogram);
  }

  /** Passes on all series that have samples, each in ascending order of time. */
  void passTo(SeriesReader.Visitor visitor) {
    for (int i = 0; i < members.length; i++) {
      if (counts[i] > 0) {
        if (!isAscending(i)) {
          sort(i);
        }
        visitor.series(selection.labels(members[i]), times[i], bits[i], counts[i]);
        times[i] = null;
        bits[i] = null;
      }
    }
    histograms.forEach(
        (position, found) -> visitor.histograms(selection.labels(members[position]), found));
  }

  private boolean isAscending(int position) {
    long[] column = times[position];
    for (int i = 1; i < counts[position]; i++) {
      if (column[i] <= column[i - 1]) {
        return false;
      }
    }
    return true;
  }

  /** Late samples are in batches of their own, so this is rare, and most runs are in order. */
  private void sort(int position) {
    int count = counts[position];
    long[] time = times[position];
    long[] value = bits[position];
    Integer[] order = new Integer[count];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Long.compare(time[a], time[b]));
    long[] sortedTimes = new long[count];
    long[] sortedBits = new long[count];
    int kept = 0;
    for (int i : order) {
      if (kept == 0 || sortedTimes[kept - 1] != time[i]) { // a duplicate that awaits repair
        sortedTimes[kept] = time[i];
        sortedBits[kept++] = value[i];
      }
    }
    times[position] = sortedTimes;
    bits[position] = sortedBits;
    counts[position] = kept;
  }
}
