// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What is remembered of each series, in primitive arrays: an open-addressing index over records of
 * six longs, so that one lookup touches one cache line of the record.
 *
 * <p>A record is reached by the 128-bit hash of the label bytes as sent. Two spellings of one label
 * set (another order, the other protocol version) are two records; the second is an <em>alias</em>
 * of the first, so that the memory of a series exists once.
 *
 * <p>Decoding threads look up and add under {@link #lock()}; time and value of a record belong to
 * the writer thread of its node and need no lock, because records never move. Nothing is ever
 * removed: to forget series, {@link SeriesCache} puts another table in this one's place, with those
 * records that were looked up lately. Each record carries the {@link Ticks} of its last lookup for
 * that.
 */
public final class SeriesTable {
  /** No such series. */
  public static final int ABSENT = -1;

  private static final int PAGE_BITS = 13;
  private static final int PAGE_SLOTS = 1 << PAGE_BITS;
  private static final int PAGE_MASK = PAGE_SLOTS - 1;
  private static final int WIDTH = 6;

  private static final int HIGH = 0;
  private static final int LOW = 1;
  private static final int ID = 2; // ALIAS | tick of the last lookup | series id, or slot if alias
  private static final int TIME = 3;
  private static final int BITS = 4;
  private static final int NODE_EPOCH = 5;

  private static final long ALIAS = Long.MIN_VALUE;
  private static final int TICK_SHIFT = 55;
  private static final long TICK_MASK = (long) Ticks.MASK << TICK_SHIFT;
  private static final long VALUE_MASK = (1L << TICK_SHIFT) - 1;

  private static final AtomicLong COUNT = new AtomicLong();

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final AtomicBoolean valid;
  private final Ticks ticks;
  private final long number = COUNT.incrementAndGet();
  private volatile long[][] pages = new long[16][];
  private int[] byHash;
  private int[] byId;
  private volatile int size;

  /**
   * An empty table whose ids mean something as long as {@code valid} says so.
   *
   * @param expected records that it will have at least
   */
  SeriesTable(AtomicBoolean valid, Ticks ticks, int expected) {
    this.valid = valid;
    this.ticks = ticks;
    int length = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(1024, expected * 10L / 6));
    byHash = filled(length);
    byId = filled(idPlaces(length));
  }

  /** Asked for new series only, so it may be fuller: up to 85 of 100. */
  private static int idPlaces(int hashPlaces) {
    return (int) (hashPlaces * 14L / 17);
  }

  /** Another one for each table: whoever must remember a table, but not keep it, keeps this. */
  long number() {
    return number;
  }

  /** Whether both live and die together. */
  boolean sharesFateWith(AtomicBoolean validity) {
    return valid == validity;
  }

  /** An empty table that becomes void together with this one. */
  SeriesTable successor(int expected) {
    return new SeriesTable(valid, ticks, expected);
  }

  /** Whether its ids are those of the database in use: if not, nothing may be stored by them. */
  public boolean isValid() {
    return valid.get();
  }

  /** Readers hold its read lock during lookups, additions its write lock. */
  public ReadWriteLock lock() {
    return lock;
  }

  /** Records in use, aliases included. */
  public int size() {
    return size;
  }

  /** Memory held, in bytes. */
  public long bytes() {
    int allocated = (size + PAGE_MASK) >>> PAGE_BITS;
    return (long) allocated * PAGE_SLOTS * WIDTH * 8 + 4L * (byHash.length + byId.length);
  }

  /**
   * The slot of the series with that hash, or {@link #ABSENT}; marks it as looked up. Needs the
   * read lock.
   */
  public int find(long high, long low) {
    int record = locate(high, low);
    return record == ABSENT ? ABSENT : lookedUp(record);
  }

  /**
   * The record with that hash, or {@link #ABSENT}. Needs the read lock.
   *
   * @param guess where it may be. Senders keep the order in which a request's series were added, so
   *     the record after the last one is nearly always right, and the next in memory
   */
  int record(long high, long low, int guess) {
    if (guess >= 0 && guess < size && isOf(high, low, guess)) {
      return guess;
    }
    return locate(high, low);
  }

  private boolean isOf(long high, long low, int record) {
    long[] page = page(record);
    int at = at(record);
    return page[at + HIGH] == high && page[at + LOW] == low;
  }

  /** Marks a record as looked up; the slot of its series. Needs the read lock. */
  int lookedUp(int record) {
    long[] page = page(record);
    int at = at(record) + ID;
    long id = page[at];
    long now = (long) ticks.now() << TICK_SHIFT;
    if ((id & TICK_MASK) != now) { // of two who do this at a time each writes the same
      page[at] = (id & ~TICK_MASK) | now;
    }
    return id < 0 ? (int) (id & VALUE_MASK) : record;
  }

  /** The record with that hash, be it a series or an alias. */
  private int locate(long high, long low) {
    int[] table = byHash;
    for (int i = home(high, table.length); ; i = i + 1 == table.length ? 0 : i + 1) {
      int slot = table[i];
      if (slot == ABSENT) {
        return ABSENT;
      }
      if (isOf(high, low, slot)) {
        return slot;
      }
    }
  }

  /**
   * Adds a series, or an alias when the id is known under another hash. Needs the write lock.
   *
   * @return the slot that holds the series' memory
   */
  public int add(long high, long low, long seriesId, int nodeIndex) {
    return add(high, low, seriesId, nodeIndex, ticks.now());
  }

  private int add(long high, long low, long seriesId, int nodeIndex, int tick) {
    int have = locate(high, low);
    if (have != ABSENT) {
      return isAlias(have) ? (int) id(have) : have;
    }
    int original = findId(seriesId);
    int slot = size;
    if (original == ABSENT) {
      write(slot, high, low, seriesId | (long) tick << TICK_SHIFT, nodeIndex);
    } else {
      write(slot, high, low, ALIAS | original | (long) tick << TICK_SHIFT, nodeIndex);
    }
    size = slot + 1;
    if ((long) size * 10 > (long) byHash.length * 7) {
      rehash();
    } else {
      insert(slot);
    }
    return original == ABSENT ? slot : original;
  }

  /** {@code series_id} in the catalog. */
  public long id(int slot) {
    return page(slot)[at(slot) + ID] & VALUE_MASK;
  }

  private boolean isAlias(int slot) {
    return page(slot)[at(slot) + ID] < 0;
  }

  /** Index of the series' node in {@link NodeRegistry}. */
  public int node(int slot) {
    return (int) (page(slot)[at(slot) + NODE_EPOCH] >>> 32);
  }

  /** The epoch of the node in which time and value were remembered; 0: never. */
  public int epoch(int slot) {
    return (int) page(slot)[at(slot) + NODE_EPOCH];
  }

  /** Time of the newest sample, ms since the epoch; valid in its {@link #epoch}. */
  public long newestTime(int slot) {
    return page(slot)[at(slot) + TIME];
  }

  /** Value of the newest sample, as bits; valid in its {@link #epoch}. */
  public long newestBits(int slot) {
    return page(slot)[at(slot) + BITS];
  }

  /** Remembers the newest sample. Only the writer thread of the series' node may call it. */
  public void remember(int slot, int epoch, long time, long bits) {
    long[] page = page(slot);
    int at = at(slot);
    page[at + TIME] = time;
    page[at + BITS] = bits;
    page[at + NODE_EPOCH] = (page[at + NODE_EPOCH] & 0xFFFFFFFF_00000000L) | (epoch & 0xFFFFFFFFL);
  }

  /** How many series of each node, by its index, have a sample newer than that (ms). */
  int[] activeSince(long time, int nodes) {
    int[] active = new int[nodes];
    int end = size;
    for (int slot = 0; slot < end; slot++) {
      if (!isAlias(slot) && newestTime(slot) > time && node(slot) < nodes) {
        active[node(slot)]++;
      }
    }
    return active;
  }

  /**
   * How many records were looked up how many ticks ago. What is older than {@link Ticks#OLDEST} is
   * kept at that age, or it would come out young again when the ticks start over.
   */
  int[] ages() {
    int[] ages = new int[Ticks.OLDEST + 1];
    int end = size;
    for (int slot = 0; slot < end; slot++) {
      int age = age(slot);
      if (age > Ticks.OLDEST) {
        age = Ticks.OLDEST;
        long[] page = page(slot);
        int at = at(slot) + ID;
        page[at] = (page[at] & ~TICK_MASK) | (long) ticks.ago(age) << TICK_SHIFT;
      }
      ages[age]++;
    }
    return ages;
  }

  private int age(int slot) {
    return ticks.since(tick(slot));
  }

  private int tick(int slot) {
    return (int) (page(slot)[at(slot) + ID] >>> TICK_SHIFT) & Ticks.MASK;
  }

  /**
   * Adds this table's records from {@code from} on to another one, if they are not older; at most
   * so many. Their memory stays behind, but for when they were last active.
   *
   * @return the number of records looked at
   */
  int copyTo(SeriesTable other, int from, int oldest, int limit) {
    int end = size;
    for (int slot = from; slot < end && other.size < limit; slot++) {
      if (age(slot) <= oldest) {
        long[] page = page(slot);
        int at = at(slot);
        int series = isAlias(slot) ? (int) id(slot) : slot;
        int copy = other.add(page[at + HIGH], page[at + LOW], id(series), node(series), tick(slot));
        other.page(copy)[at(copy) + TIME] = newestTime(series);
      }
    }
    return end;
  }

  private void write(int slot, long high, long low, long id, int nodeIndex) {
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
    all[p][at + NODE_EPOCH] = (long) nodeIndex << 32;
  }

  private int findId(long id) {
    int[] table = byId;
    for (int i = home(spread(id), table.length); ; i = i + 1 == table.length ? 0 : i + 1) {
      int slot = table[i];
      if (slot == ABSENT || id(slot) == id) {
        return slot;
      }
    }
  }

  private void insert(int slot) {
    put(byHash, page(slot)[at(slot) + HIGH], slot);
    if (!isAlias(slot)) {
      put(byId, spread(id(slot)), slot);
    }
  }

  private void rehash() {
    // Grown by a third, not doubled: the index stays between half and seven tenths full, and the
    // bytes per series nearly constant.
    int length = (int) Math.min(Integer.MAX_VALUE - 8L, byHash.length / 3L * 4 + 16);
    byHash = filled(length);
    byId = filled(idPlaces(length));
    for (int slot = 0; slot < size; slot++) {
      insert(slot);
    }
  }

  private static void put(int[] table, long hash, int slot) {
    int i = home(hash, table.length);
    while (table[i] != ABSENT) {
      i = i + 1 == table.length ? 0 : i + 1;
    }
    table[i] = slot;
  }

  /** Maps a hash to a place by multiplication: the table need not be a power of two. */
  private static int home(long hash, int length) {
    return (int) (((hash >>> 32) * length) >>> 32);
  }

  private static long spread(long id) {
    return id * 0x9E3779B97F4A7C15L;
  }

  private long[] page(int slot) {
    return pages[slot >>> PAGE_BITS];
  }

  private static int at(int slot) {
    return (slot & PAGE_MASK) * WIDTH;
  }

  private static int[] filled(int length) {
    int[] table = new int[length];
    Arrays.fill(table, ABSENT);
    return table;
  }
}
