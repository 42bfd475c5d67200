package io.harvester.series;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * removed: to forget series, {@link SeriesCache} puts another table in this one's place.
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
  private static final int ID = 2; // series id; of an alias: ~slot of the series
  private static final int TIME = 3;
  private static final int BITS = 4;
  private static final int NODE_EPOCH = 5;

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final AtomicBoolean valid;
  private volatile long[][] pages = new long[16][];
  private int[] byHash = filled(1024);
  private int[] byId = filled(1024);
  private volatile int size;

  /** An empty table whose ids mean something as long as {@code valid} says so. */
  SeriesTable(AtomicBoolean valid) {
    this.valid = valid;
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

  /** The slot of the series with that hash, or {@link #ABSENT}. Needs the read lock. */
  public int find(long high, long low) {
    int[] table = byHash;
    for (int i = home(high, table.length); ; i = i + 1 == table.length ? 0 : i + 1) {
      int slot = table[i];
      if (slot == ABSENT) {
        return ABSENT;
      }
      long[] page = pages[slot >>> PAGE_BITS];
      int at = (slot & PAGE_MASK) * WIDTH;
      if (page[at + HIGH] == high && page[at + LOW] == low) {
        long id = page[at + ID];
        return id < 0 ? (int) ~id : slot;
      }
    }
  }

  /**
   * Adds a series, or an alias when the id is known under another hash. Needs the write lock.
   *
   * @return the slot that holds the series' memory
   */
  public int add(long high, long low, long seriesId, int nodeIndex) {
    int have = find(high, low);
    if (have != ABSENT) {
      return have;
    }
    int original = findId(seriesId);
    int slot = size;
    if (original == ABSENT) {
      write(slot, high, low, seriesId, nodeIndex);
    } else {
      write(slot, high, low, ~(long) original, nodeIndex);
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
    return page(slot)[at(slot) + ID];
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
      boolean isSeries = id(slot) >= 0 && epoch(slot) != 0;
      if (isSeries && newestTime(slot) > time && node(slot) < nodes) {
        active[node(slot)]++;
      }
    }
    return active;
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
    long id = id(slot);
    if (id >= 0) {
      put(byId, spread(id), slot);
    }
  }

  private void rehash() {
    // Grown by a third, not doubled: the index stays between half and seven tenths full, and the
    // bytes per series nearly constant.
    int length = (int) Math.min(Integer.MAX_VALUE - 8L, byHash.length / 3L * 4 + 16);
    byHash = filled(length);
    byId = filled(length);
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
