package io.harvester.bench;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the node_exporters of a fleet say: the same series on every node, told apart by the labels
 * {@code instance} and {@code node}, with values that move as real ones do. The same seed gives the
 * same values.
 */
final class NodeExporterSamples {
  private final List<SeriesShape> shapes;
  private final String prefix;
  private final long seed;

  /**
   * A fleet.
   *
   * @param seriesPerNode how many series each node has
   * @param prefix what node names start with; another prefix makes another fleet, all series new
   * @param seed decides every value
   */
  NodeExporterSamples(int seriesPerNode, String prefix, long seed) {
    this.shapes = MetricCatalog.series(seriesPerNode);
    this.prefix = prefix;
    this.seed = seed;
  }

  int seriesPerNode() {
    return shapes.size();
  }

  SeriesShape shape(int series) {
    return shapes.get(series);
  }

  String nodeName(int node) {
    return String.format("%s%05d", prefix, node);
  }

  /** All labels of a series, the metric name included, sorted by name as the protocol wants. */
  SortedMap<String, String> labels(int node, int series) {
    SeriesShape shape = shapes.get(series);
    SortedMap<String, String> labels = new TreeMap<>(shape.labels());
    labels.put("__name__", shape.metric());
    labels.put("instance", nodeName(node) + ":9100");
    labels.put("job", "node");
    labels.put("node", nodeName(node));
    return labels;
  }

  /** The values of some series of one node at the first scrape, ready to move on. */
  MovingValues values(int node, int firstSeries, int count) {
    MovingValues values = new MovingValues(count, mix(seed ^ mix(node * 1_000_003L + firstSeries)));
    for (int i = 0; i < count; i++) {
      values.add(shapes.get(firstSeries + i).behaviour());
    }
    return values;
  }

  /** Spreads the bits of a number (splitmix64). */
  static long mix(long x) {
    long z = x + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
