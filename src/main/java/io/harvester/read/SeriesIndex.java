// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import io.harvester.series.SeriesKey.Label;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * The labels of all stored series in memory, to find series by matchers. Metric, node and the set
 * of the other labels are looked at separately: each distinct set and each node is compared with a
 * matcher once, however many series have it. So a condition costs as much as there are distinct
 * values, and each series two array lookups. Thread-safe.
 */
public final class SeriesIndex {
  /** The label that names the metric. */
  public static final String METRIC_NAME = "__name__";

  private final String nodeLabel;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<String, MetricSeries> metrics = new HashMap<>();
  private final Map<Integer, Integer> nodeNumbers = new HashMap<>();
  private final List<IndexedNode> nodes = new ArrayList<>();
  private Symbols symbols = new Symbols();
  private LabelSets sets = new LabelSets(symbols);
  private long size;

  /**
   * A node of the index.
   *
   * @param id {@code node_id}
   * @param name its name
   * @param newestSample time of its newest sample, ms since the epoch
   */
  public record IndexedNode(int id, String name, long newestSample) {}

  /**
   * An empty index.
   *
   * @param nodeLabel the label that names the node
   */
  public SeriesIndex(String nodeLabel) {
    this.nodeLabel = nodeLabel;
  }

  /** The label that names the node. */
  public String nodeLabel() {
    return nodeLabel;
  }

  /** A series of the catalog; its labels are sorted, without metric and node. */
  public record CatalogSeries(long seriesId, int nodeId, String metric, List<Label> labels) {}

  /** Forgets everything. */
  public void clear() {
    lock.writeLock().lock();
    try {
      metrics.clear();
      nodeNumbers.clear();
      nodes.clear();
      symbols = new Symbols();
      sets = new LabelSets(symbols);
      size = 0;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * Adds series that it does not have yet. Their nodes must have been passed to {@link #setNodes}.
   */
  public void add(Collection<CatalogSeries> series) {
    lock.writeLock().lock();
    try {
      for (CatalogSeries one : series) {
        Integer node = nodeNumbers.get(one.nodeId());
        if (node != null) { // else its node was removed since it was read
          metrics
              .computeIfAbsent(one.metric(), MetricSeries::new)
              .add(one.seriesId(), node, sets.of(one.labels()));
          size++;
        }
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Takes the present nodes of the catalog, and removes the series of all others. */
  public void setNodes(Collection<IndexedNode> present) {
    lock.writeLock().lock();
    try {
      Map<Integer, IndexedNode> byId = new HashMap<>();
      present.forEach(node -> byId.put(node.id(), node));
      boolean removed = false;
      for (int number = 0; number < nodes.size(); number++) {
        IndexedNode known = nodes.get(number);
        IndexedNode now = known == null ? null : byId.remove(known.id());
        if (known != null && now == null) {
          nodeNumbers.remove(known.id());
          removed = true;
        }
        nodes.set(number, now);
      }
      for (IndexedNode added : byId.values()) {
        nodeNumbers.put(added.id(), nodes.size());
        nodes.add(added);
      }
      if (removed) {
        removeSeriesWithoutNode();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void removeSeriesWithoutNode() {
    size = 0;
    for (MetricSeries metric : metrics.values()) {
      metric.removeNodes(number -> nodes.get(number) == null);
      size += metric.count();
    }
    metrics.values().removeIf(metric -> metric.count() == 0);
  }

  /** Whether it knows the node. */
  public boolean hasNode(int nodeId) {
    lock.readLock().lock();
    try {
      return nodeNumbers.containsKey(nodeId);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Number of series. */
  public long size() {
    lock.readLock().lock();
    try {
      return size;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Estimated memory in bytes. */
  public long bytes() {
    lock.readLock().lock();
    try {
      long bytes = symbols.bytes() + sets.bytes() + 200L * nodes.size();
      for (MetricSeries metric : metrics.values()) {
        bytes += 200 + metric.bytes();
      }
      return bytes;
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * The series that all matchers match.
   *
   * @param since leaves out the series of nodes without a sample at or after this time, ms since
   *     the epoch
   */
  public SeriesSelection select(List<Matcher> matchers, long since) {
    return search(matchers, since, SeriesSearch::select);
  }

  /** The names of all labels of the series that match, sorted. */
  public Set<String> labelNames(List<Matcher> matchers, long since) {
    return search(matchers, since, SeriesSearch::labelNames);
  }

  /** The values of one label of the series that match, sorted; without the empty value. */
  public Set<String> labelValues(String name, List<Matcher> matchers, long since) {
    return search(matchers, since, search -> search.labelValues(name));
  }

  private <T> T search(List<Matcher> matchers, long since, Function<SeriesSearch, T> question) {
    lock.readLock().lock();
    try {
      return question.apply(
          new SeriesSearch(nodeLabel, metrics, nodes, symbols, sets, matchers, since));
    } finally {
      lock.readLock().unlock();
    }
  }
}
