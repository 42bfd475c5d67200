// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Every node this process has met, by index. There is never more than one {@link Node} of a node:
 * two would each remember a part of what is stored, and one could take for new what the other took
 * over from another process.
 */
public final class NodeRegistry {
  private final Map<Integer, Node> byId = new HashMap<>();
  private volatile Node[] byIndex = new Node[64];
  private volatile int count;

  /** The node at an index that a {@link SeriesTable} slot names. */
  public Node get(int index) {
    return byIndex[index];
  }

  /** The node with that id, made if new. An id of another name is that of another database. */
  public synchronized Node put(String name, int id) {
    Node have = byId.get(id);
    if (have != null && have.name().equals(name)) {
      return have;
    }
    Node[] nodes = byIndex;
    if (count == nodes.length) {
      nodes = Arrays.copyOf(nodes, count * 2);
    }
    Node node = new Node(count, id, name);
    nodes[count] = node;
    byIndex = nodes;
    count++;
    byId.put(id, node);
    return node;
  }

  /** Number of nodes met. */
  public int size() {
    return count;
  }
}
