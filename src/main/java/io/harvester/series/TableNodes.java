// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.Arrays;
import java.util.IdentityHashMap;

/**
 * The nodes of one table's series: a record refers to its node by a number. Nodes are added under
 * the table's write lock and read without a lock.
 */
final class TableNodes {
  private final IdentityHashMap<Node, Integer> numbers = new IdentityHashMap<>();
  private volatile Node[] byNumber = new Node[16];
  private volatile int count;
  private volatile long bytes;
  private Node last; // added or found by number(): records of one node come in a row
  private int lastNumber;

  Node get(int number) {
    return byNumber[number];
  }

  boolean contains(Node node) {
    return numbers.containsKey(node);
  }

  int count() {
    return count;
  }

  /** Memory of the nodes, in bytes. */
  long bytes() {
    return bytes;
  }

  /** The number of a node; adds it if it is new. Needs the write lock. */
  int number(Node node) {
    if (node != last) {
      Integer known = numbers.get(node);
      lastNumber = known == null ? add(node) : known;
      last = node;
    }
    return lastNumber;
  }

  private int add(Node node) {
    int number = count;
    if (number == SeriesRecords.MAX_NODES) {
      throw new IllegalStateException(number + " nodes are in memory, which is the limit");
    }
    long bytesBefore = bytes;
    Node[] nodes = byNumber;
    if (number == nodes.length) {
      nodes = Arrays.copyOf(nodes, number * 2);
    }
    nodes[number] = node;
    byNumber = nodes;
    count = number + 1;
    bytes = bytesBefore + node.bytes();
    numbers.put(node, number);
    return number;
  }
}
