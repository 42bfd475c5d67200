// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import io.harvester.read.SeriesIndex.IndexedNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** One query of a {@link SeriesIndex}, which is not changed meanwhile. */
final class SeriesSearch {
  private final String nodeLabel;
  private final Map<String, MetricSeries> metrics;
  private final List<IndexedNode> nodes;
  private final Symbols symbols;
  private final LabelSets sets;
  private final List<Matcher> matchers;
  private final long since;

  SeriesSearch(
      String nodeLabel,
      Map<String, MetricSeries> metrics,
      List<IndexedNode> nodes,
      Symbols symbols,
      LabelSets sets,
      List<Matcher> matchers,
      long since) {
    this.nodeLabel = nodeLabel;
    this.metrics = metrics;
    this.nodes = nodes;
    this.symbols = symbols;
    this.sets = sets;
    this.matchers = matchers;
    this.since = since;
  }

  /** Receives each series that matches. */
  @FunctionalInterface
  private interface Found {
    void series(MetricSeries metric, int series);
  }

  /** The series that match. */
  SeriesSelection select() {
    SeriesSelection selection = new SeriesSelection(sets);
    forEach(
        (metric, i) ->
            selection.add(metric.metric(), nodes.get(metric.node(i)), metric.id(i), metric.set(i)));
    return selection;
  }

  /** The names of all their labels, sorted. */
  Set<String> labelNames() {
    boolean[] used = new boolean[sets.count()];
    boolean[] any = new boolean[1];
    forEach(
        (metric, i) -> {
          used[metric.set(i)] = true;
          any[0] = true;
        });
    boolean[] names = new boolean[symbols.count()];
    for (int set = 0; set < used.length; set++) {
      if (used[set]) {
        sets.markNames(set, names);
      }
    }
    Set<String> texts = texts(names);
    if (any[0]) {
      texts.add(SeriesIndex.METRIC_NAME);
      texts.add(nodeLabel);
    }
    return texts;
  }

  /** The values of one of their labels, sorted; without the empty value. */
  Set<String> labelValues(String name) {
    if (name.equals(SeriesIndex.METRIC_NAME)) {
      return metricNames();
    }
    return name.equals(nodeLabel) ? nodeNames() : valuesOfSets(symbols.find(name));
  }

  private Set<String> metricNames() {
    Set<String> names = new TreeSet<>();
    MetricSeries[] last = new MetricSeries[1];
    forEach(
        (metric, i) -> {
          if (metric != last[0]) { // the series of a metric come in a row
            last[0] = metric;
            names.add(metric.metric());
          }
        });
    return names;
  }

  private Set<String> nodeNames() {
    boolean[] used = new boolean[nodes.size()];
    forEach((metric, i) -> used[metric.node(i)] = true);
    Set<String> names = new TreeSet<>();
    for (int number = 0; number < used.length; number++) {
      if (used[number]) {
        names.add(nodes.get(number).name());
      }
    }
    return names;
  }

  private Set<String> valuesOfSets(int name) {
    if (name < 0) {
      return Set.of();
    }
    boolean[] used = new boolean[sets.count()];
    forEach((metric, i) -> used[metric.set(i)] = true);
    boolean[] values = new boolean[symbols.count()];
    for (int set = 0; set < used.length; set++) {
      int value = used[set] ? sets.value(set, name) : -1;
      if (value >= 0) {
        values[value] = true;
      }
    }
    return texts(values);
  }

  private Set<String> texts(boolean[] marked) {
    Set<String> texts = new TreeSet<>();
    for (int symbol = 0; symbol < marked.length; symbol++) {
      if (marked[symbol]) {
        texts.add(symbols.text(symbol));
      }
    }
    return texts;
  }

  private void forEach(Found found) {
    List<Matcher> ofNode = of(nodeLabel);
    SetMatch setMatch = new SetMatch(symbols, sets, ofOthers());
    for (Matcher matcher : ofNode) {
      if (matcher.type() == Matcher.Type.EQUAL) {
        forEachOf(number(matcher.value()), ofNode, setMatch, found);
        return;
      }
    }
    boolean[] matchingNodes = matchingNodes(ofNode);
    for (MetricSeries metric : matchingMetrics(of(SeriesIndex.METRIC_NAME))) {
      for (int i = 0; i < metric.count(); i++) {
        if (matchingNodes[metric.node(i)] && setMatch.matches(metric.set(i))) {
          found.series(metric, i);
        }
      }
    }
  }

  private void forEachOf(int node, List<Matcher> ofNode, SetMatch setMatch, Found found) {
    if (node < 0 || !matches(nodes.get(node), ofNode)) {
      return;
    }
    for (MetricSeries metric : matchingMetrics(of(SeriesIndex.METRIC_NAME))) {
      for (int i = metric.firstOf(node); i >= 0; i = metric.next(i)) {
        if (setMatch.matches(metric.set(i))) {
          found.series(metric, i);
        }
      }
    }
  }

  /** The number of a node; -1: there is no such node. */
  private int number(String node) {
    for (int number = 0; number < nodes.size(); number++) {
      IndexedNode known = nodes.get(number);
      if (known != null && known.name().equals(node)) {
        return number;
      }
    }
    return -1;
  }

  private List<Matcher> of(String label) {
    return matchers.stream().filter(matcher -> matcher.name().equals(label)).toList();
  }

  private List<Matcher> ofOthers() {
    return matchers.stream()
        .filter(m -> !m.name().equals(SeriesIndex.METRIC_NAME) && !m.name().equals(nodeLabel))
        .toList();
  }

  private Collection<MetricSeries> matchingMetrics(List<Matcher> ofName) {
    for (Matcher matcher : ofName) {
      if (matcher.type() == Matcher.Type.EQUAL) {
        MetricSeries metric = metrics.get(matcher.value());
        return metric != null && all(ofName, metric.metric()) ? List.of(metric) : List.of();
      }
    }
    return metrics.values().stream().filter(metric -> all(ofName, metric.metric())).toList();
  }

  private boolean[] matchingNodes(List<Matcher> ofNode) {
    boolean[] matching = new boolean[nodes.size()];
    for (int number = 0; number < matching.length; number++) {
      matching[number] = matches(nodes.get(number), ofNode);
    }
    return matching;
  }

  private boolean matches(IndexedNode node, List<Matcher> ofNode) {
    return node != null && node.newestSample() >= since && all(ofNode, node.name());
  }

  private static boolean all(List<Matcher> matchers, String value) {
    for (Matcher matcher : matchers) {
      if (!matcher.matches(value)) {
        return false;
      }
    }
    return true;
  }
}
