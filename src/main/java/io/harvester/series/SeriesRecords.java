// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.Arrays;

/**
 * The records of a {@link SeriesTable}: six longs each, in pages that never move. A record is
 * either a series or an alias, which refers to the record of its series by its slot.
 *
 * <p>Records are added by one thread at a time. Readers see a record once they know its slot from
 * the thread that added it. Time and value belong to the writer thread of the series' node.
 */
final class SeriesRecords {
  private static final int PAGE_BITS = 13;
  private static final int PAGE_SLOTS = 1 << PAGE_BITS;
  private static final int PAGE_MASK = PAGE_SLOTS - 1;
  private static final int WIDTH = 6;

  private static final int HIGH = 0;
  private static final int LOW = 1;
  private static final int ID = 2; // ALIAS | tick of the last lookup | low bits of the id, or slot
  private static final int TIME = 3;
  private static final int BITS = 4;
  private static final int NODE_EPOCH = 5; // high bits of the id | number of the node | epoch

  private static final long ALIAS = Long.MIN_VALUE;
  private static final int TICK_SHIFT = 55;
  private static final long TICK_MASK = (long) Ticks.MASK << TICK_SHIFT;
  private static final long VALUE_MASK = (1L << TICK_SHIFT) - 1;

  /** Number of distinct nodes that a record can refer to. */
  static final int MAX_NODES = 1 << 24;

  private static final int NODE_SHIFT = 32;
  private static final int HIGH_ID_SHIFT = 56;

  private volatile long[][] pages = new long[16][];

  /** Memory of that many records, in bytes. */
  static long bytes(int records) {
    int allocated = (records + PAGE_MASK) >>> PAGE_BITS;
    return (long) allocated * PAGE_SLOTS * WIDTH * Long.BYTES;
  }

  /** Adds a series. */
  void addSeries(int slot, long high, long low, long seriesId, int tick, int node) {
    long lowId = seriesId & VALUE_MASK;
    long highId = seriesId >>> TICK_SHIFT;
    add(slot, high, low, lowId | (long) tick << TICK_SHIFT, node | (highId << 24));
  }

  /** Adds another spelling of the series in slot {@code original}. */
  void addAlias(int slot, long high, long low, int original, int tick, int node) {
    add(slot, high, low, ALIAS | original | (long) tick << TICK_SHIFT, node);
  }

  private void add(int slot, long high, long low, long id, long nodeAndHighId) {
    long[][] all = pages;
    int p = slot >>> PAGE_BITS;
    if (p == all.length) {
      all = Arrays.copyOf(all, p * 2);
      pages = all;
    }
    if (all[p] == null) {
      all[p] = new long[PAGE_SLOTS * WIDTH];
    }
    int at = at(slot);
    all[p][at + HIGH] = high;
    all[p][at + LOW] = low;
    all[p][at + ID] = id;
    all[p][at + NODE_EPOCH] = nodeAndHighId << NODE_SHIFT;
  }

  boolean hasHash(int slot, long high, long low) {
    long[] page = page(slot);
    int at = at(slot);
    return page[at + HIGH] == high && page[at + LOW] == low;
  }

  long high(int slot) {
    return page(slot)[at(slot) + HIGH];
  }

  long low(int slot) {
    return page(slot)[at(slot) + LOW];
  }

  boolean isAlias(int slot) {
    return page(slot)[at(slot) + ID] < 0;
  }

  /** The id of a series; of an alias the slot of its series. */
  long id(int slot) {
    long[] page = page(slot);
    int at = at(slot);
    return (page[at + ID] & VALUE_MASK) | (page[at + NODE_EPOCH] >>> HIGH_ID_SHIFT << TICK_SHIFT);
  }

  /** The slot of the series: that of the record itself, unless it is an alias. */
  int series(int slot) {
    long id = page(slot)[at(slot) + ID];
    return id < 0 ? (int) (id & VALUE_MASK) : slot;
  }

  /** Sets the tick of the last lookup; returns {@link #series}. */
  int lookedUp(int slot, int tick) {
    long[] page = page(slot);
    int at = at(slot) + ID;
    long id = page[at];
    long now = (long) tick << TICK_SHIFT;
    if ((id & TICK_MASK) != now) { // benign race: both threads write the same value
      page[at] = (id & ~TICK_MASK) | now;
    }
    return id < 0 ? (int) (id & VALUE_MASK) : slot;
  }

  /** The tick of the last lookup. */
  int tick(int slot) {
    return (int) (page(slot)[at(slot) + ID] >>> TICK_SHIFT) & Ticks.MASK;
  }

  int node(int slot) {
    return (int) (page(slot)[at(slot) + NODE_EPOCH] >>> NODE_SHIFT) & (MAX_NODES - 1);
  }

  int epoch(int slot) {
    return (int) page(slot)[at(slot) + NODE_EPOCH];
  }

  long newestTime(int slot) {
    return page(slot)[at(slot) + TIME];
  }

  long newestBits(int slot) {
    return page(slot)[at(slot) + BITS];
  }

  void setNewestTime(int slot, long time) {
    page(slot)[at(slot) + TIME] = time;
  }

  void setNewest(int slot, int epoch, long time, long bits) {
    long[] page = page(slot);
    int at = at(slot);
    page[at + TIME] = time;
    page[at + BITS] = bits;
    page[at + NODE_EPOCH] = (page[at + NODE_EPOCH] & 0xFFFFFFFF_00000000L) | (epoch & 0xFFFFFFFFL);
  }

  private long[] page(int slot) {
    return pages[slot >>> PAGE_BITS];
  }

  private static int at(int slot) {
    return (slot & PAGE_MASK) * WIDTH;
  }
}
