package io.harvester.series;

/**
 * The table in use. Forgetting, be it to save memory or because the catalog is another one, means
 * to put a new table in its place: requests in flight keep the one they were resolved with, and a
 * {@link Node} notices the change by itself.
 */
public final class SeriesCache {
  private final int maxSeries;
  private volatile SeriesTable current = new SeriesTable();

  /** A cache that starts afresh once it holds more than this many records. */
  public SeriesCache(int maxSeries) {
    this.maxSeries = maxSeries;
  }

  /** The table to resolve a new request with. */
  public SeriesTable current() {
    SeriesTable table = current;
    if (table.size() > maxSeries) {
      table = replaceFull(table);
    }
    return table;
  }

  /** Forgets every series. */
  public synchronized void clear() {
    current = new SeriesTable();
  }

  private synchronized SeriesTable replaceFull(SeriesTable full) {
    if (current == full) {
      current = new SeriesTable();
    }
    return current;
  }
}
