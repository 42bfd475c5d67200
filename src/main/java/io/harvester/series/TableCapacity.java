// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

/**
 * What a table may hold.
 *
 * @param records number of records
 * @param nodeBytes memory of the nodes that the records belong to
 */
record TableCapacity(int records, long nodeBytes) {
  /** Nodes of a small cache need not be counted so strictly. */
  private static final long MIN_NODE_BYTES = 1 << 20;

  /** A quarter of what the records themselves take. */
  private static final int NODE_BYTES_PER_RECORD = 16;

  /** The capacity for that many records, and for as many nodes as a fleet has with them. */
  static TableCapacity of(int records) {
    return new TableCapacity(
        records, Math.max(MIN_NODE_BYTES, (long) records * NODE_BYTES_PER_RECORD));
  }

  TableCapacity threeQuarters() {
    return new TableCapacity((int) (records * 3L / 4), nodeBytes * 3 / 4);
  }

  boolean isReachedBy(SeriesTable table) {
    return table.size() >= records || table.nodeBytes() >= nodeBytes;
  }
}
