// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

/**
 * How the node of a series follows from its labels and its sender.
 *
 * @param node the sender's node, and the node of series without a node label
 * @param foreign what a node label means that names another node
 */
public record NodeScope(String node, Foreign foreign) {

  /** What a node label means that does not name the sender's node. */
  public enum Foreign {
    /** It names the node of the series. */
    HONOR,
    /**
     * It is the exporter's own label, which becomes {@code exported_node}; the series belongs to
     * the sender's node. The same as {@code honor_labels: false} in a scrape configuration of
     * Prometheus.
     */
    RENAME,
    /** The series is rejected. */
    REJECT
  }

  /** Every node label names the node of its series. */
  public static NodeScope honoring(String defaultNode) {
    return new NodeScope(defaultNode, Foreign.HONOR);
  }

  /** The node of a series with that node label; an empty label is no label. */
  String nodeOf(String label) {
    return foreign == Foreign.HONOR && !label.isEmpty() ? label : node;
  }

  /** Whether that node label names another node, and must not. */
  boolean isForeign(String label) {
    return foreign != Foreign.HONOR && !label.isEmpty() && !label.equals(node);
  }
}
