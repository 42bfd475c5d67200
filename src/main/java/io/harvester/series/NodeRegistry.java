package io.harvester.series;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Every node this process has met, by name and by index. */
public final class NodeRegistry {
  private final Map<String, Node> byName = new ConcurrentHashMap<>();
  private volatile Node[] byIndex = new Node[64];
  private int count;

  /** The node of that name, or null. */
  public Node find(String name) {
    return byName.get(name);
  }

  /** The node at an index that a {@link SeriesTable} slot names. */
  public Node get(int index) {
    return byIndex[index];
  }

  /** The node with that id, made if new. An id that changed (node removed and re-made) replaces. */
  public synchronized Node put(String name, int id) {
    Node have = byName.get(name);
    if (have != null && have.id() == id) {
      return have;
    }
    Node[] nodes = byIndex;
    if (count == nodes.length) {
      nodes = Arrays.copyOf(nodes, count * 2);
    }
    Node node = new Node(count, id, name);
    nodes[count++] = node;
    byIndex = nodes;
    byName.put(name, node);
    return node;
  }

  /** Drops a node that is gone from the catalog; its index is not used again. */
  public synchronized void remove(Node node) {
    byName.remove(node.name(), node);
  }

  /** Drops every name, so that each is looked up in the catalog again. */
  public synchronized void clear() {
    byName.clear();
  }

  /** Number of nodes known by name. */
  public int size() {
    return byName.size();
  }
}
