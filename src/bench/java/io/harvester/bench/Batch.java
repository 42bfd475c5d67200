package io.harvester.bench;

import java.util.ArrayList;
import java.util.List;

/** The samples that one request carries, scrape after scrape. */
final class Batch {
  private final RequestTemplate template;
  private final List<MovingValues> groups = new ArrayList<>();
  private final int samples;
  private boolean fresh = true;

  /**
   * Prepares a request for some series of some nodes.
   *
   * @param firstNode first node
   * @param nodes how many nodes
   * @param firstSeries first series of each of them
   * @param series how many series of each
   */
  Batch(
      LoadOptions options,
      NodeExporterSamples fleet,
      int firstNode,
      int nodes,
      int firstSeries,
      int series) {
    List<Protocol.OpenSeries> request = new ArrayList<>(nodes * series);
    for (int node = firstNode; node < firstNode + nodes; node++) {
      MovingValues values = fleet.values(node, firstSeries, series);
      groups.add(values);
      for (int i = 0; i < series; i++) {
        SeriesShape shape = fleet.shape(firstSeries + i);
        Double constant = values.moving(i) ? null : values.get(i);
        request.add(
            new Protocol.OpenSeries(
                fleet.labels(node, firstSeries + i), shape.type(), shape.help(), 1, constant));
      }
    }
    template = new RequestTemplate(options.protocol(), options.url(), request);
    samples = request.size();
  }

  /** All batches of a fleet, in the order of one round. */
  static List<Batch> prepare(LoadOptions options) {
    NodeExporterSamples fleet =
        new NodeExporterSamples(options.seriesPerNode(), options.nodePrefix(), options.seed());
    int perNode = options.seriesPerNode();
    int joined = Math.max(1, options.samplesPerRequest() / perNode);
    int part = Math.min(perNode, options.samplesPerRequest());
    List<Batch> batches = new ArrayList<>();
    for (int node = 0; node < options.nodes(); node += joined) {
      int nodes = Math.min(joined, options.nodes() - node);
      for (int first = 0; first < perNode; first += part) {
        int series = Math.min(part, perNode - first);
        batches.add(new Batch(options, fleet, node, nodes, first, series));
      }
    }
    return batches;
  }

  int samples() {
    return samples;
  }

  /** The request of the next scrape; the array is the batch's own and valid until the next call. */
  byte[] next(long time, double secondsSinceLast) {
    template.setTime(0, time);
    int hole = 0;
    for (MovingValues values : groups) {
      for (int i = 0; i < values.count(); i++) {
        if (values.moving(i)) {
          double value = fresh ? values.get(i) : values.next(i, secondsSinceLast);
          template.setValue(hole++, Double.doubleToRawLongBits(value));
        }
      }
    }
    fresh = false;
    return template.request();
  }
}
