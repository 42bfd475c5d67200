// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import io.harvester.storage.LongIndex;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The series of one metric, in columns: 20 bytes each. Those of a node are linked, so that a query
 * of one node looks at no other series.
 */
final class MetricSeries {
  private final String metric;
  private long[] ids = new long[4];
  private int[] nodes = new int[4];
  private int[] sets = new int[4];
  private int[] next = new int[4];
  private int count;

  /** The nodes that have series, in the order of {@link #firsts} and {@link #lasts}. */
  private final LongIndex byNode = new LongIndex();

  private int[] firsts = new int[4];
  private int[] lasts = new int[4];

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
      next = Arrays.copyOf(next, length);
    }
    ids[count] = seriesId;
    nodes[count] = node;
    sets[count] = set;
    link(count++);
  }

  private void link(int series) {
    next[series] = -1;
    int known = byNode.size();
    int place = byNode.add(nodes[series]);
    if (place < known) {
      next[lasts[place]] = series;
    } else {
      if (place == firsts.length) {
        firsts = Arrays.copyOf(firsts, place * 2);
        lasts = Arrays.copyOf(lasts, place * 2);
      }
      firsts[place] = series;
    }
    lasts[place] = series;
  }

  /** The first series of a node; -1: it has none. */
  int firstOf(int node) {
    int place = byNode.find(node);
    return place < 0 ? -1 : firsts[place];
  }

  /** The next series of the same node; -1: there is none. */
  int next(int series) {
    return next[series];
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
    byNode.clear();
    for (int i = 0; i < count; i++) {
      link(i);
    }
  }

  long bytes() {
    return 20L * ids.length + 24L * firsts.length;
  }
}
