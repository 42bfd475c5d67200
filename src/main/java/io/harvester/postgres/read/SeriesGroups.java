// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.read;

import io.harvester.read.SeriesSelection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides the series that a query found into groups. The series of a node are neighbours, because
 * the columnstore keeps them together.
 */
final class SeriesGroups {
  /** Samples of a group, if each series has one in 15 s: 16 bytes each, while it is fetched. */
  private static final long MAX_SAMPLES = 2_000_000;

  private static final long TYPICAL_INTERVAL_MILLIS = 15_000;

  /** A group must be worth a statement and its planning. */
  private static final long MIN_SAMPLES = 20_000;

  private final SeriesSelection selection;
  private final int parallel;

  SeriesGroups(SeriesSelection selection, int parallel) {
    this.selection = selection;
    this.parallel = parallel;
  }

  /** The indexes of each group's series. */
  List<int[]> within(long from, long to) {
    long samplesPerSeries = (to - from) / TYPICAL_INTERVAL_MILLIS + 1;
    long all = selection.count() * samplesPerSeries;
    long share = Math.min(MAX_SAMPLES, Math.max(MIN_SAMPLES, all / parallel + 1));
    int seriesPerGroup = (int) Math.max(1, share / samplesPerSeries);
    int[] order = byNode();
    List<int[]> groups = new ArrayList<>();
    int start = 0;
    while (start < order.length) {
      int end = Math.min(order.length, start + seriesPerGroup);
      groups.add(Arrays.copyOfRange(order, start, end));
      start = end;
    }
    return groups;
  }

  /** All series, those of a node in a row. */
  private int[] byNode() {
    Map<Integer, Integer> numbers = new HashMap<>();
    int count = selection.count();
    int[] node = new int[count];
    for (int i = 0; i < count; i++) {
      node[i] = numbers.computeIfAbsent(selection.nodeId(i), id -> numbers.size());
    }
    int[] next = new int[numbers.size() + 1];
    for (int n : node) {
      next[n + 1]++;
    }
    for (int n = 1; n < next.length; n++) {
      next[n] += next[n - 1];
    }
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[next[node[i]]++] = i;
    }
    return order;
  }
}
