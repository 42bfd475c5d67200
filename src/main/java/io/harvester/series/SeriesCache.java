// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The table in use. To forget series means to put a new table in its place: requests in flight keep
 * the one they were resolved with, and a {@link Node} notices the change by itself.
 *
 * <p>Series that nobody looked up for {@link #IDLE_TICKS} ticks go when they are a quarter of the
 * table; those looked up longest ago go when it is full. Whoever stays has to show a sample newer
 * than all that is stored of its node before memory counts again (see {@link Node#floor}): so what
 * is forgotten costs a comparison at most, and never a sample stored twice.
 */
public final class SeriesCache {
  /** At a tick every five minutes: an hour, as long as a series counts as active. */
  static final int IDLE_TICKS = 12;

  private final int maxSeries;
  private final Ticks ticks = new Ticks();
  private final ReentrantLock evicting = new ReentrantLock();
  private final AtomicLong evicted = new AtomicLong();
  private AtomicBoolean valid = new AtomicBoolean(true);
  private volatile SeriesTable current = new SeriesTable(valid, ticks, 0);
  private volatile PreloadedSeries warm = PreloadedSeries.NONE;

  /** A cache of no more than this many records. */
  public SeriesCache(int maxSeries) {
    this.maxSeries = maxSeries;
  }

  /** The table to resolve a new request with. */
  public SeriesTable current() {
    SeriesTable table = current;
    if (table.size() >= maxSeries && evicting.tryLock()) { // others go on with the full one
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

  /**
   * Moves time on by a tick, and drops idle series if it is worth it. To be called periodically.
   */
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

  /**
   * Copies what may stay, which takes 0.2 s per million series, while lookups go on; what was added
   * meanwhile follows while they wait.
   */
  private void evict(SeriesTable table, int oldest) {
    int room = (int) (maxSeries * 3L / 4);
    int keep = 0;
    int limit = -1;
    int[] ages = table.ages();
    while (limit < oldest && keep < room) {
      limit++;
      keep += ages[limit];
    }
    SeriesTable next = table.successor(Math.min(keep, room));
    // Those within the limit by a tick first: the last tick's share what room is left.
    if (keep > room) {
      table.copyTo(next, 0, limit - 1, room);
    }
    int done = table.copyTo(next, 0, limit, room);
    table.lock().writeLock().lock();
    try {
      table.copyTo(next, done, limit, maxSeries);
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

  /** Records dropped for lack of use or room so far. */
  public long evicted() {
    return evicted.get();
  }

  /** How many series of each node have a sample newer than that (ms since the epoch). */
  public Map<String, Integer> activeSince(long time, NodeRegistry nodes) {
    int[] active = current.activeSince(time, nodes.size());
    Map<String, Integer> byName = new HashMap<>();
    for (int index = 0; index < active.length; index++) {
      if (active[index] > 0) {
        byName.merge(nodes.get(index).name(), active[index], Integer::sum);
      }
    }
    return byName;
  }

  /** A place for series read from the catalog ahead of their first sample. */
  public synchronized PreloadedSeries warmUp() {
    warm = new PreloadedSeries(valid, maxSeries / 2);
    return warm;
  }

  /** Series read from the catalog ahead, as far as that table may use them. */
  PreloadedSeries warm(SeriesTable table) {
    PreloadedSeries series = warm;
    return series.belongsTo(table) ? series : PreloadedSeries.NONE;
  }

  /** What nobody asked for by now is not held any longer. */
  public synchronized void release() {
    warm.close();
    warm = PreloadedSeries.NONE;
  }

  /** Memory of series read ahead, in bytes. */
  public long preloadedBytes() {
    return warm.bytes();
  }

  /** Looks every series of that table up again; what is in flight may still be stored by it. */
  public synchronized void forget(SeriesTable table) {
    if (current == table) {
      current = new SeriesTable(valid, ticks, 0);
      release();
    }
  }

  /** Every id that was ever handed out is void: nothing in flight may be stored by it. */
  public synchronized void invalidate() {
    valid.set(false);
    valid = new AtomicBoolean(true);
    current = new SeriesTable(valid, ticks, 0);
    release();
  }
}
