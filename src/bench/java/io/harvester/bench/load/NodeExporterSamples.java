// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import io.harvester.bench.tool.Hashing;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A simulated fleet of node_exporters: every node has the same series, distinguished by the labels
 * {@code instance} and {@code node}, with realistic values. The same seed gives the same values.
 */
public final class NodeExporterSamples {
  private final List<SeriesShape> shapes;
  private final String prefix;
  private final long seed;
  private final Profile profile;

  /** A fleet whose values move as the catalog says. */
  public NodeExporterSamples(int seriesPerNode, String prefix, long seed) {
    this(seriesPerNode, prefix, seed, Profile.STEADY);
  }

  /**
   * A fleet.
   *
   * @param seriesPerNode number of series of each node
   * @param prefix prefix of node names; another prefix makes all series new
   * @param seed seed of the values
   * @param profile how much the values move
   */
  public NodeExporterSamples(int seriesPerNode, String prefix, long seed, Profile profile) {
    this.shapes = MetricCatalog.series(seriesPerNode);
    this.prefix = prefix;
    this.seed = seed;
    this.profile = profile;
  }

  /** Number of series of each node. */
  public int seriesPerNode() {
    return shapes.size();
  }

  /** Metric, labels and behaviour of a series. */
  public SeriesShape shape(int series) {
    return shapes.get(series);
  }

  private String nodeName(int node) {
    return String.format("%s%05d", prefix, node);
  }

  /** All labels of a series, including the metric name, sorted by name as the protocol requires. */
  public SortedMap<String, String> labels(int node, int series) {
    SeriesShape shape = shapes.get(series);
    SortedMap<String, String> labels = new TreeMap<>(shape.labels());
    labels.put("__name__", shape.metric());
    labels.put("instance", nodeName(node) + ":9100");
    labels.put("job", "node");
    labels.put("node", nodeName(node));
    return labels;
  }

  /** The values of a range of series of one node at the first scrape. */
  MovingValues values(int node, int firstSeries, int count) {
    MovingValues values =
        new MovingValues(count, Hashing.mix(seed ^ Hashing.mix(node * 1_000_003L + firstSeries)));
    for (int i = 0; i < count; i++) {
      values.add(profile.of(shapes.get(firstSeries + i).behaviour(), firstSeries + i));
    }
    return values;
  }
}
