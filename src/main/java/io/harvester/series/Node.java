// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

/**
 * One harvester, and what this process remembers of its samples.
 *
 * <p>The mutable part belongs to the node's writer thread alone. It is an upper bound: a sample
 * newer than {@link #floor} (or than what {@link SeriesTable} remembers of its series in the same
 * epoch) is certainly not stored yet; anything else must be compared with the database.
 */
public final class Node {
  private final int index;
  private final int id;
  private final String name;

  private long memory; // the number of the table: the table itself must be free to go
  private int epoch = 1;
  private long floor;

  Node(int index, int id, String name) {
    this.index = index;
    this.id = id;
    this.name = name;
  }

  /** Position in {@link NodeRegistry}. */
  public int index() {
    return index;
  }

  /** {@code node_id} in the catalog. */
  public int id() {
    return id;
  }

  /** The value of the node label. */
  public String name() {
    return name;
  }

  /** Which of {@code writers} writer threads this node belongs to. */
  public int writer(int writers) {
    return Math.floorMod(id, writers);
  }

  /**
   * Whether what {@code table} remembers of this node still holds: no other process wrote, no
   * commit went astray, and it was this table that remembered.
   */
  public boolean remembersIn(SeriesTable table) {
    return memory == table.number();
  }

  /** The epoch in which a series' memory must have been written to count. */
  public int epoch() {
    return epoch;
  }

  /** No sample of this node that was stored before this epoch is newer; ms since the epoch. */
  public long floor() {
    return floor;
  }

  /** Starts a new epoch in a table: all memory is void, and nothing stored is newer than this. */
  public void takeOver(SeriesTable table, long newestStored) {
    epoch++;
    floor = newestStored;
    memory = table.number();
  }

  /** Forgets everything: the next transaction must take the node over again. */
  public void forget() {
    memory = 0;
  }
}
