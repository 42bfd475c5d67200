// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.dedup;

import io.harvester.ingest.request.PendingWrite;
import io.harvester.series.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The distinct nodes of a batch that belong to its writer, by ascending id. */
final class BatchNodes {
  private static final Node[] NONE = {};
  private static final Comparator<Node> BY_ID = Comparator.comparingInt(Node::id);

  private final int writer;
  private final int writers;
  private final List<Node> found = new ArrayList<>();
  private Node[] nodes = NONE;
  private int[] ids = {};

  BatchNodes(int writer, int writers) {
    this.writer = writer;
    this.writers = writers;
  }

  /** Collects the nodes of these requests. */
  void find(List<PendingWrite> batch) {
    found.clear();
    for (PendingWrite request : batch) {
      for (Node node : request.workspace().resolution.nodes()) {
        if (belongs(node)) {
          found.add(node);
        }
      }
    }
    found.sort(BY_ID);
    Node last = null;
    int count = 0;
    for (Node node : found) {
      if (node != last) {
        found.set(count++, node);
        last = node;
      }
    }
    nodes = found.subList(0, count).toArray(NONE);
    ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = nodes[i].id();
    }
  }

  /** Whether a node belongs to this writer. */
  boolean belongs(Node node) {
    return node.writer(writers) == writer;
  }

  Node[] all() {
    return nodes;
  }

  Node get(int position) {
    return nodes[position];
  }

  /** The ids, ascending. */
  int[] ids() {
    return ids;
  }

  /** Position of a node; negative if it belongs to another writer. */
  int position(Node node) {
    return Arrays.binarySearch(ids, node.id());
  }
}
