package io.harvester.series;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The table in use. To forget series means to put a new table in its place: requests in flight keep
 * the one they were resolved with, and a {@link Node} notices the change by itself.
 */
public final class SeriesCache {
  private final int maxSeries;
  private AtomicBoolean valid = new AtomicBoolean(true);
  private volatile SeriesTable current = new SeriesTable(valid);

  /** A cache that starts afresh once it holds more than this many records. */
  public SeriesCache(int maxSeries) {
    this.maxSeries = maxSeries;
  }

  /** The table to resolve a new request with. */
  public SeriesTable current() {
    SeriesTable table = current;
    if (table.size() > maxSeries) {
      forget(table);
      table = current;
    }
    return table;
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

  /** Looks every series of that table up again; what is in flight may still be stored by it. */
  public synchronized void forget(SeriesTable table) {
    if (current == table) {
      current = new SeriesTable(valid);
    }
  }

  /** Every id that was ever handed out is void: nothing in flight may be stored by it. */
  public synchronized void invalidate() {
    valid.set(false);
    valid = new AtomicBoolean(true);
    current = new SeriesTable(valid);
  }
}
