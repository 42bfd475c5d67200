// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * The nodes in use, by id. There is never more than one {@link Node} of a node in use: two would
 * each remember a part of what is stored, and one could take a sample for new that the other took
 * over from another process.
 *
 * <p>Node labels are the sender's choice, so nodes must not accumulate. A node is in use as long as
 * a series table in use, a request in flight or a writer's memory refers to it. The registry does
 * not keep it: the garbage collector removes a node to which nothing refers. If the node returns, a
 * new object starts without memory, and its first transaction asks the database.
 */
final class NodeRegistry {
  private final Cache<Integer, Node> byId =
      Caffeine.newBuilder().weakValues().executor(Runnable::run).build();

  /**
   * The node with that id; creates it if it is not in use. An id with another name comes from
   * another database.
   */
  Node node(String name, int id) {
    Node known = byId.getIfPresent(id);
    if (isOf(name, known)) {
      return known;
    }
    return byId.asMap().compute(id, (key, inUse) -> isOf(name, inUse) ? inUse : new Node(id, name));
  }

  private static boolean isOf(String name, Node node) {
    return node != null && node.name().equals(name);
  }

  /** Number of nodes that are in use, or not yet removed by the garbage collector. */
  long size() {
    byId.cleanUp();
    return byId.estimatedSize();
  }
}
