// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.Arrays;

/**
 * Copies the records of a table that were looked up last into its successor. Nodes without a record
 * there are not copied.
 */
final class Eviction {
  private final SeriesTable table;
  private final SeriesTable successor;
  private final TableCapacity room;

  /** Age of the oldest records that have room, and whether some of that age do not. */
  private final int oldest;

  private final boolean isPartial;
  private int copied;

  /**
   * Decides what to keep.
   *
   * @param oldest in ticks: older records are not kept in any case
   * @param room what the successor may hold
   */
  Eviction(SeriesTable table, int oldest, TableCapacity room) {
    this.table = table;
    this.room = room;
    int[] records = table.ages();
    long[] nodeBytes = nodeBytesByAge(table);
    int age = -1;
    int keptRecords = 0;
    long keptBytes = 0;
    while (age < oldest && keptRecords < room.records() && keptBytes < room.nodeBytes()) {
      age++;
      keptRecords += records[age];
      keptBytes += nodeBytes[age];
    }
    this.oldest = age;
    this.isPartial = keptRecords > room.records() || keptBytes > room.nodeBytes();
    this.successor = table.successor(Math.min(keptRecords, room.records()));
  }

  /** Memory of nodes, in bytes, by the age of their youngest record. */
  private static long[] nodeBytesByAge(SeriesTable table) {
    int[] youngest = new int[table.nodeCount()];
    Arrays.fill(youngest, Ticks.OLDEST);
    int[] slots = new int[youngest.length];
    int end = table.size();
    for (int slot = 0; slot < end; slot++) {
      int node = table.nodeNumber(slot);
      if (node < youngest.length) { // else added meanwhile
        youngest[node] = Math.min(youngest[node], table.age(slot));
        slots[node] = slot;
      }
    }
    long[] bytes = new long[Ticks.OLDEST + 1];
    for (int node = 0; node < youngest.length; node++) {
      bytes[youngest[node]] += table.node(slots[node]).bytes();
    }
    return bytes;
  }

  /** Copies, while the table is in use; takes 0.2 s per million records. */
  void copy() {
    if (isPartial) { // the younger ones first: the oldest share the room that is left
      copy(0, oldest - 1, room);
    }
    copied = copy(0, oldest, room);
  }

  /** Copies what was added to the table since {@link #copy}. Needs the table's write lock. */
  SeriesTable copyRest(TableCapacity capacity) {
    copy(copied, oldest, capacity);
    return successor;
  }

  private int copy(int from, int maxAge, TableCapacity limit) {
    int end = table.size();
    for (int slot = from; slot < end && successor.size() < limit.records(); slot++) {
      if (table.age(slot) <= maxAge && hasRoomForNode(slot, limit)) {
        successor.addCopy(table, slot);
      }
    }
    return end;
  }

  private boolean hasRoomForNode(int slot, TableCapacity limit) {
    return successor.nodeBytes() < limit.nodeBytes() || successor.hasNode(table.node(slot));
  }
}
