// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What is remembered of each series, in primitive arrays: an open-addressing index over {@link
 * SeriesRecords}, so that a lookup touches one cache line of a record.
 *
 * <p>A record is found by the 128-bit hash of the label bytes as sent. Two spellings of a label set
 * (another order, the other protocol version) are two records; the second is an <em>alias</em> of
 * the first, so that the memory of a series exists once.
 *
 * <p>Decoding threads look up and add under {@link #lock()}. Time and value of a record belong to
 * the writer thread of its node and need no lock, because records never move. Records are never
 * removed: to forget series, {@link SeriesCache} replaces the table by a new one with the records
 * that were looked up recently. For that, each record has the {@link Ticks} of its last lookup.
 */
public final class SeriesTable {
  /** No such series. */
  public static final int ABSENT = -1;

  private static final AtomicLong COUNT = new AtomicLong();

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final AtomicBoolean valid;
  private final Ticks ticks;
  private final long number = COUNT.incrementAndGet();
  private final SeriesRecords records = new SeriesRecords();
  private final TableNodes nodes = new TableNodes();
  private int[] byHash;
  private int[] byId;
  private volatile int size;

  /**
   * An empty table.
   *
   * @param valid whether its ids are those of the database in use
   * @param expected number of records to make room for
   */
  SeriesTable(AtomicBoolean valid, Ticks ticks, int expected) {
    this.valid = valid;
    this.ticks = ticks;
    int length = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(1024, expected * 10L / 6));
    byHash = filled(length);
    byId = filled(idPlaces(length));
  }

  /** Used for new series only, so it may be fuller: up to 85 of 100. */
  private static int idPlaces(int hashPlaces) {
    return (int) (hashPlaces * 14L / 17);
  }

  /** Unique per table, so that a {@link Node} can refer to a table without keeping it reachable. */
  long number() {
    return number;
  }

  /** Whether the table becomes invalid together with {@code validity}. */
  boolean sharesValidity(AtomicBoolean validity) {
    return valid == validity;
  }

  /** An empty table that becomes invalid together with this one. */
  SeriesTable successor(int expected) {
    return new SeriesTable(valid, ticks, expected);
  }

  /** Whether its ids are those of the database in use; if not, they must not be stored. */
  public boolean isValid() {
    return valid.get();
  }

  /** Lookups hold its read lock, additions its write lock. */
  public ReadWriteLock lock() {
    return lock;
  }

  /** Number of records, aliases included. */
  public int size() {
    return size;
  }

  /** Number of nodes that its series belong to. */
  public int nodeCount() {
    return nodes.count();
  }

  /** Whether it has a series of that node. Needs the write lock, or to be the only user. */
  boolean hasNode(Node node) {
    return nodes.contains(node);
  }

  /** Memory of its nodes, in bytes. */
  long nodeBytes() {
    return nodes.bytes();
  }

  /** Memory of its records and indexes, in bytes. */
  public long bytes() {
    return SeriesRecords.bytes(size) + 4L * (byHash.length + byId.length);
  }

  /**
   * The record with that hash, or {@link #ABSENT}. Needs the read lock.
   *
   * @param guess the likely record. Senders repeat the order in which a request's series were
   *     added, so the record after the previous one is nearly always right, and next in memory
   */
  int record(long high, long low, int guess) {
    if (guess >= 0 && guess < size && records.hasHash(guess, high, low)) {
      return guess;
    }
    return locate(high, low);
  }

  /** Marks a record as looked up; returns the slot of its series. Needs the read lock. */
  int lookedUp(int record) {
    return records.lookedUp(record, ticks.now());
  }

  /** The record with that hash, be it a series or an alias. */
  private int locate(long high, long low) {
    int[] table = byHash;
    for (int i = home(high, table.length); ; i = i + 1 == table.length ? 0 : i + 1) {
      int slot = table[i];
      if (slot == ABSENT || records.hasHash(slot, high, low)) {
        return slot;
      }
    }
  }

  /**
   * Adds a series, or an alias if the id is known under another hash. Needs the write lock.
   *
   * @return the slot of the series
   */
  public int add(long high, long low, long seriesId, Node node) {
    return add(high, low, seriesId, node, ticks.now());
  }

  private int add(long high, long low, long seriesId, Node node, int tick) {
    int known = locate(high, low);
    if (known != ABSENT) {
      return records.series(known);
    }
    int original = findId(seriesId);
    int slot = size;
    if (original == ABSENT) {
      records.addSeries(slot, high, low, seriesId, tick, nodes.number(node));
    } else {
      records.addAlias(slot, high, low, original, tick, nodes.number(node));
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
    return records.id(slot);
  }

  /** The node of a series. */
  public Node node(int slot) {
    return nodes.get(records.node(slot));
  }

  /** A number that is the same for all series of a node in this table. */
  public int nodeNumber(int slot) {
    return records.node(slot);
  }

  /** The name of the node with that number. */
  String nodeName(int number) {
    return nodes.get(number).name();
  }

  /** Whether a record is another spelling of a series that has a record of its own. */
  boolean isAlias(int slot) {
    return records.isAlias(slot);
  }

  /** The epoch of the node in which time and value were remembered; 0: they never were. */
  public int epoch(int slot) {
    return records.epoch(slot);
  }

  /** Time of the newest sample, ms since the epoch; valid in its {@link #epoch}. */
  public long newestTime(int slot) {
    return records.newestTime(slot);
  }

  /** Value of the newest sample, as bits; valid in its {@link #epoch}. */
  public long newestBits(int slot) {
    return records.newestBits(slot);
  }

  /** Remembers the newest sample. Only the writer thread of the series' node may call it. */
  public void remember(int slot, int epoch, long time, long bits) {
    records.setNewest(slot, epoch, time, bits);
  }

  /**
   * Adds a copy of another table's record. Of its memory only the time of the newest sample is
   * copied, for {@link ActivityScan}. Needs the write lock, or that no other thread has this table.
   */
  void addCopy(SeriesTable other, int slot) {
    SeriesRecords from = other.records;
    int series = from.series(slot);
    int copy =
        add(from.high(slot), from.low(slot), from.id(series), other.node(series), from.tick(slot));
    records.setNewestTime(copy, from.newestTime(series));
  }

  /**
   * Number of records by the ticks since their last lookup. Records older than {@link Ticks#OLDEST}
   * are kept at that age: they would look young again when the ticks start over.
   */
  int[] ages() {
    int[] ages = new int[Ticks.OLDEST + 1];
    int end = size;
    for (int slot = 0; slot < end; slot++) {
      int age = age(slot);
      if (age > Ticks.OLDEST) {
        age = Ticks.OLDEST;
        records.lookedUp(slot, ticks.ago(age));
      }
      ages[age]++;
    }
    return ages;
  }

  /** Ticks since the last lookup of a record. */
  int age(int slot) {
    return ticks.since(records.tick(slot));
  }

  private int findId(long id) {
    int[] table = byId;
    for (int i = home(spread(id), table.length); ; i = i + 1 == table.length ? 0 : i + 1) {
      int slot = table[i];
      if (slot == ABSENT || records.id(slot) == id) {
        return slot;
      }
    }
  }

  private void insert(int slot) {
    put(byHash, records.high(slot), slot);
    if (!records.isAlias(slot)) {
      put(byId, spread(records.id(slot)), slot);
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

  /** Maps a hash to a place by multiplication, since the length is not a power of two. */
  private static int home(long hash, int length) {
    return (int) (((hash >>> 32) * length) >>> 32);
  }

  private static long spread(long id) {
    return id * 0x9E3779B97F4A7C15L;
  }

  private static int[] filled(int length) {
    int[] table = new int[length];
    Arrays.fill(table, ABSENT);
    return table;
  }
}
