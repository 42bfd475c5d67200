// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.xerial.snappy.Snappy;

/** Requests of one scrape each, compressed by an ordinary snappy writer, for the JMH benchmarks. */
public final class NodeExporterRequests {
  private static final URI UNUSED = URI.create("http://127.0.0.1:1/api/v1/write");
  private static final long TIME = 1_795_000_000_123L;

  private NodeExporterRequests() {}

  /**
   * The body of a node's request: one sample of each of its series.
   *
   * @param version of the protocol: 1 or 2
   * @param series number of series
   * @param node number of the node
   */
  public static byte[] body(int version, int series, int node) {
    NodeExporterSamples fleet = new NodeExporterSamples(series, "node-", 1);
    MovingValues values = fleet.values(node, 0, series);
    List<Protocol.OpenSeries> request = new ArrayList<>();
    for (int i = 0; i < series; i++) {
      SeriesShape shape = fleet.shape(i);
      request.add(
          new Protocol.OpenSeries(
              fleet.labels(node, i), shape.type(), shape.help(), 1, values.get(i)));
    }
    RequestTemplate template = new RequestTemplate(Protocol.of(version), UNUSED, request);
    template.setTime(0, TIME);
    try {
      return Snappy.compress(Snappy.uncompress(template.body()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
