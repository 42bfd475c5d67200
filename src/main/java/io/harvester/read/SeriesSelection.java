// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import io.harvester.read.SeriesIndex.IndexedNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The series that a query found, in columns: their ids for the database, and their labels. */
public final class SeriesSelection {
  private final LabelSets sets;
  private final List<String> metrics = new ArrayList<>();
  private final List<IndexedNode> nodes = new ArrayList<>();
  private long[] ids = new long[64];
  private int[] metric = new int[64];
  private int[] node = new int[64];
  private int[] set = new int[64];
  private int count;

  SeriesSelection(LabelSets sets) {
    this.sets = sets;
  }

  void add(String metricName, IndexedNode ofNode, long seriesId, int labelSet) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count * 2);
      metric = Arrays.copyOf(metric, count * 2);
      node = Arrays.copyOf(node, count * 2);
      set = Arrays.copyOf(set, count * 2);
    }
    ids[count] = seriesId;
    metric[count] = last(metrics, metricName);
    node[count] = last(nodes, ofNode);
    set[count++] = labelSet;
  }

  /** Series of a metric, and often of a node, come in a row. */
  private static <T> int last(List<T> known, T value) {
    int size = known.size();
    if (size == 0 || known.get(size - 1) != value) {
      known.add(value);
      return size;
    }
    return size - 1;
  }

  /** Number of series. */
  public int count() {
    return count;
  }

  /** The {@code series_id}. */
  public long id(int series) {
    return ids[series];
  }

  /** The {@code node_id}. */
  public int nodeId(int series) {
    return nodes.get(node[series]).id();
  }

  /** The labels. They are put together on each call. */
  public SeriesLabels labels(int series) {
    return new SeriesLabels(
        metrics.get(metric[series]), nodes.get(node[series]).name(), sets.labels(set[series]));
  }

  /** A number for all labels but metric and node, which is equal for equal labels. */
  public int labelSet(int series) {
    return set[series];
  }
}
