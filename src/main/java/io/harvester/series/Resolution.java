// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import io.harvester.wire.SeriesDefect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where each series of a request belongs, and which cannot be stored. Reused. */
public final class Resolution {
  private SeriesTable table;
  private int[] slots = new int[256];
  private int[] misses = new int[256];
  private int missCount;
  private int lastNode;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Defective> defective = new ArrayList<>();

  /**
   * A series that cannot be stored.
   *
   * @param series its index in the request
   * @param node its node, as far as readable
   * @param metric its metric name, as far as readable; may be empty
   * @param defect why
   */
  public record Defective(int series, String node, String metric, SeriesDefect defect) {}

  void start(SeriesTable resolvedWith, int seriesCount) {
    table = resolvedWith;
    missCount = 0;
    lastNode = -1;
    nodes.clear();
    defective.clear();
    if (slots.length < seriesCount) {
      slots = new int[Math.max(seriesCount, slots.length * 2)];
      misses = new int[slots.length];
    }
    Arrays.fill(slots, 0, seriesCount, SeriesTable.ABSENT);
  }

  void found(int series, int slot, NodeRegistry registry) {
    slots[series] = slot;
    int node = table.node(slot);
    if (node != lastNode) { // nearly always one node per request: the list stays tiny
      lastNode = node;
      Node n = registry.get(node);
      if (!nodes.contains(n)) {
        nodes.add(n);
      }
    }
  }

  void missed(int series) {
    misses[missCount++] = series;
  }

  void reject(Defective series) {
    defective.add(series);
  }

  int missCount() {
    return missCount;
  }

  int miss(int m) {
    return misses[m];
  }

  /** The table that the slots refer to. */
  public SeriesTable table() {
    return table;
  }

  /** The slot of a series; {@link SeriesTable#ABSENT} for a defective one. */
  public int slot(int series) {
    return slots[series];
  }

  /** The node of a series that has a slot. */
  public Node nodeOf(int series) {
    int index = table.node(slots[series]);
    return nodes.stream().filter(node -> node.index() == index).findFirst().orElseThrow();
  }

  /** The nodes that the request's series belong to. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Series that cannot be stored. */
  public List<Defective> defective() {
    return defective;
  }

  /** Memory held by the arrays, in bytes. */
  public long retainedBytes() {
    return 8L * slots.length;
  }
}
