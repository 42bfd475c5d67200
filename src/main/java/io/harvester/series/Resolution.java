// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import io.harvester.wire.SeriesDefect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The slots of a request's series, and the series that cannot be stored. Reused. */
public final class Resolution {
  /** A request with more nodes is rare: what it needed is not kept. */
  private static final int MAX_KEPT_NODES = 1000;

  private SeriesTable table;
  private int[] slots = new int[256];
  private int[] misses = new int[256];
  private int missCount;
  private int lastNode;
  private List<Node> nodes = new ArrayList<>();
  private Set<Node> distinctNodes = emptySet();
  private final List<Defective> defective = new ArrayList<>();

  /**
   * A series that cannot be stored.
   *
   * @param series its index in the request
   * @param node its node, as far as readable
   * @param metric its metric name, as far as readable; may be empty
   * @param defect the reason
   */
  public record Defective(int series, String node, String metric, SeriesDefect defect) {}

  private static Set<Node> emptySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  void start(SeriesTable resolvedWith, int seriesCount) {
    clear();
    table = resolvedWith;
    if (slots.length < seriesCount) {
      slots = new int[Math.max(seriesCount, slots.length * 2)];
      misses = new int[slots.length];
    }
    Arrays.fill(slots, 0, seriesCount, SeriesTable.ABSENT);
  }

  /** Forgets the request: an unused resolution must not keep table and nodes in memory. */
  public void clear() {
    table = null;
    missCount = 0;
    lastNode = -1;
    if (nodes.size() > MAX_KEPT_NODES) {
      nodes = new ArrayList<>();
      distinctNodes = emptySet();
    } else if (!nodes.isEmpty()) {
      nodes.clear();
      distinctNodes.clear();
    }
    defective.clear();
  }

  void found(int series, int slot) {
    slots[series] = slot;
    int number = table.nodeNumber(slot);
    if (number != lastNode) { // nearly all requests have one node
      lastNode = number;
      Node node = table.node(slot);
      if (distinctNodes.add(node)) {
        nodes.add(node);
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

  /** The slot of a series; {@link SeriesTable#ABSENT} if it is defective. */
  public int slot(int series) {
    return slots[series];
  }

  /** The node of a series that has a slot. */
  public Node nodeOf(int series) {
    return table.node(slots[series]);
  }

  /** The distinct nodes that the request's series belong to. */
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
