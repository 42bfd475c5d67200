// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import java.util.ArrayList;
import java.util.List;

/** One request of the load: its series are fixed, its values and time change with every scrape. */
final class LoadRequest {
  private final RequestTemplate template;
  private final List<MovingValues> groups = new ArrayList<>();
  private final int samples;
  private boolean first = true;

  /**
   * Encodes and compresses a request for a range of series of a range of nodes.
   *
   * @param nodes number of nodes
   * @param firstSeries first series of each node
   * @param series number of series of each node
   */
  LoadRequest(
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

  /** All requests of one scrape of the fleet, in the order in which they are sent. */
  static List<LoadRequest> prepare(LoadOptions options) {
    NodeExporterSamples fleet =
        new NodeExporterSamples(
            options.seriesPerNode(), options.nodePrefix(), options.seed(), options.profile());
    int perNode = options.seriesPerNode();
    int nodesPerRequest = Math.max(1, options.samplesPerRequest() / perNode);
    int seriesPerRequest = Math.min(perNode, options.samplesPerRequest());
    List<LoadRequest> requests = new ArrayList<>();
    for (int node = 0; node < options.nodes(); node += nodesPerRequest) {
      int nodes = Math.min(nodesPerRequest, options.nodes() - node);
      for (int first = 0; first < perNode; first += seriesPerRequest) {
        int series = Math.min(seriesPerRequest, perNode - first);
        requests.add(new LoadRequest(options, fleet, node, nodes, first, series));
      }
    }
    return requests;
  }

  int samples() {
    return samples;
  }

  /** The request of the next scrape. The array is reused by the next call. */
  byte[] next(long time, double secondsSinceLast) {
    template.setTime(0, time);
    int index = 0;
    for (MovingValues values : groups) {
      for (int i = 0; i < values.count(); i++) {
        if (values.moving(i)) {
          double value = first ? values.get(i) : values.next(i, secondsSinceLast);
          template.setValue(index++, Double.doubleToRawLongBits(value));
        }
      }
    }
    first = false;
    return template.request();
  }
}
