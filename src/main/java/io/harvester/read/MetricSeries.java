// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** The series of one metric, in columns: 16 bytes each. */
final class MetricSeries {
  private final String metric;
  private long[] ids = new long[4];
  private int[] nodes = new int[4];
  private int[] sets = new int[4];
  private int count;

  MetricSeries(String metric) {
    this.metric = metric;
  }

  String metric() {
    return metric;
  }

  /**
   * Adds a series.
   *
   * @param node its node's number in the index
   * @param set its labels' number in {@link LabelSets}
   */
  void add(long seriesId, int node, int set) {
    if (count == ids.length) {
      int length = count + count / 2;
      ids = Arrays.copyOf(ids, length);
      nodes = Arrays.copyOf(nodes, length);
      sets = Arrays.copyOf(sets, length);
    }
    ids[count] = seriesId;
    nodes[count] = node;
    sets[count++] = set;
  }

  int count() {
    return count;
  }

  long id(int series) {
    return ids[series];
  }

  int node(int series) {
    return nodes[series];
  }

  int set(int series) {
    return sets[series];
  }

  /** Removes the series of some nodes. */
  void removeNodes(IntPredicate removed) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (!removed.test(nodes[i])) {
        ids[kept] = ids[i];
        nodes[kept] = nodes[i];
        sets[kept++] = sets[i];
      }
    }
    count = kept;
  }

  long bytes() {
    return 16L * ids.length;
  }
}
