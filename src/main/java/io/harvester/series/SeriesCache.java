// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The series table in use. Series are forgotten by replacing the table: requests in flight keep the
 * table they were resolved with, and a {@link Node} notices the replacement by itself.
 *
 * <p>Series that were not looked up for {@link #IDLE_TICKS} ticks are dropped when they are a
 * quarter of the table. When it is full, of series or of nodes, the ones looked up longest ago are
 * dropped. A series that is kept must show a sample newer than all stored ones of its node before
 * its memory is valid again (see {@link Node#floor}). So dropping costs a comparison with the
 * database at most, and never stores a sample again.
 */
public final class SeriesCache {
  /** At a tick every five minutes: an hour, as long as a series counts as active. */
  static final int IDLE_TICKS = 12;

  private final TableCapacity capacity;
  private final NodeRegistry nodes = new NodeRegistry();
  private final Ticks ticks = new Ticks();
  private final ReentrantLock evicting = new ReentrantLock();
  private final AtomicLong evicted = new AtomicLong();
  private AtomicBoolean valid = new AtomicBoolean(true);
  private volatile SeriesTable current = new SeriesTable(valid, ticks, 0);
  private volatile PreloadedSeries preloaded = PreloadedSeries.NONE;

  /**
   * A cache of that many records. Nodes take at most a quarter of the records' memory, or 1 MiB.
   */
  public SeriesCache(int maxSeries) {
    this(TableCapacity.of(maxSeries));
  }

  SeriesCache(TableCapacity capacity) {
    this.capacity = capacity;
  }

  /** The nodes of all tables. */
  NodeRegistry nodes() {
    return nodes;
  }

  /** The table to resolve a new request with. */
  public SeriesTable current() {
    SeriesTable table = current;
    if (capacity.isReachedBy(table) && evicting.tryLock()) { // else use the full one meanwhile
      try {
        if (table == current) {
          evict(table, Ticks.OLDEST);
        }
      } finally {
        evicting.unlock();
      }
      return current;
    }
    return table;
  }

  /** Advances the ticks, and drops idle series if they are many. To be called periodically. */
  public void tick() {
    evicting.lock();
    try {
      ticks.advance();
      SeriesTable table = current;
      int[] ages = table.ages();
      int busy = 0;
      for (int age = 0; age <= IDLE_TICKS; age++) {
        busy += ages[age];
      }
      int idle = table.size() - busy;
      if (idle > 0 && idle >= table.size() / 4) {
        evict(table, IDLE_TICKS);
      }
    } finally {
      evicting.unlock();
    }
  }

  private void evict(SeriesTable table, int oldest) {
    Eviction eviction = new Eviction(table, oldest, capacity.threeQuarters());
    eviction.copy();
    table.lock().writeLock().lock();
    try {
      SeriesTable next = eviction.copyRest(capacity);
      synchronized (this) {
        if (current == table) {
          evicted.addAndGet(table.size() - next.size());
          current = next;
        }
      }
    } finally {
      table.lock().writeLock().unlock();
    }
  }

  /** Number of records dropped so far because they were idle or the table was full. */
  public long evicted() {
    return evicted.get();
  }

  /**
   * What is known of the nodes.
   *
   * @param activeSince a series with a newer sample is active, ms since the epoch
   * @param metrics ids of the metrics whose current series are wanted
   */
  public Activity activity(long activeSince, Set<Integer> metrics) {
    return ActivityScan.of(current, activeSince, metrics);
  }

  /** A new store for series that are read from the catalog ahead of their first sample. */
  public synchronized PreloadedSeries preload() {
    preloaded = new PreloadedSeries(valid, capacity.records() / 2);
    return preloaded;
  }

  /** The preloaded series whose ids are valid in that table. */
  PreloadedSeries preloaded(SeriesTable table) {
    PreloadedSeries series = preloaded;
    return series.isValidIn(table) ? series : PreloadedSeries.NONE;
  }

  /** Releases the preloaded series that no request has asked for. */
  public synchronized void release() {
    preloaded.close();
    preloaded = PreloadedSeries.NONE;
  }

  /** Memory of preloaded series, in bytes. */
  public long preloadedBytes() {
    return preloaded.bytes();
  }

  /** Drops that table, if it is in use. Requests in flight can still be stored by it. */
  public synchronized void forget(SeriesTable table) {
    if (current == table) {
      current = new SeriesTable(valid, ticks, 0);
      release();
    }
  }

  /** Invalidates all ids: requests in flight must not be stored by them. */
  public synchronized void invalidate() {
    valid.set(false);
    valid = new AtomicBoolean(true);
    current = new SeriesTable(valid, ticks, 0);
    release();
  }
}
