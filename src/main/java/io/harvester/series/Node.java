// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

/**
 * A node, and what this process remembers of its samples. There is one object per node: see {@link
 * NodeRegistry}.
 *
 * <p>The mutable part belongs to the node's writer thread alone. It is an upper bound: a sample
 * newer than {@link #floor} (or than what {@link SeriesTable} remembers of its series in the same
 * epoch) is certainly not stored yet. Every other sample must be compared with the database.
 */
public final class Node {
  /** Approximate memory of a node in a table and in the registry, apart from its name. */
  private static final int BYTES = 300;

  private final int id;
  private final String name;

  private long memory; // the table's number, so that the table can be garbage-collected
  private int epoch = 1;
  private long floor;

  Node(int id, String name) {
    this.id = id;
    this.name = name;
  }

  /** {@code node_id} in the catalog. */
  public int id() {
    return id;
  }

  /** The value of the node label. */
  public String name() {
    return name;
  }

  /** Approximate memory, in bytes. */
  int bytes() {
    return BYTES + 2 * name.length();
  }

  /** The index of the writer thread, of {@code writers}, that this node belongs to. */
  public int writer(int writers) {
    return Math.floorMod(id, writers);
  }

  /**
   * Whether what {@code table} remembers of this node is valid: no other process wrote the node, no
   * commit had an unknown outcome, and the memory is in this table.
   */
  public boolean remembersIn(SeriesTable table) {
    return memory == table.number();
  }

  /** The epoch in which a series' memory must have been written to be valid. */
  public int epoch() {
    return epoch;
  }

  /** No sample of this node that was stored before this epoch is newer; ms since the epoch. */
  public long floor() {
    return floor;
  }

  /**
   * Starts a new epoch in a table: all memory is invalid, and no stored sample is newer than this.
   */
  public void takeOver(SeriesTable table, long newestStored) {
    epoch++;
    floor = newestStored;
    memory = table.number();
  }

  /** Invalidates all memory: the next transaction must take the node over again. */
  public void forget() {
    memory = 0;
  }
}
