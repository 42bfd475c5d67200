// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Series read from the catalog in bulk, by fingerprint, so that a restart need not look each of
 * them up. They cannot be added to {@link SeriesTable}, whose key is a hash of the labels as sent.
 * When one of them arrives, its labels are read like those of a new series, but its id is found
 * here. Takes 40 to 60 bytes per series, for some minutes. Thread-safe; may be used while it is
 * still being filled.
 */
public final class PreloadedSeries {
  /** Has no series. */
  static final PreloadedSeries NONE = new PreloadedSeries(new AtomicBoolean(false), 0);

  private final AtomicBoolean valid;
  private final int max;
  private long[] high = {};
  private long[] low = {};
  private long[] ids = {}; // 0: a free place
  private int[] nodes = {};
  private int size;
  private boolean closed;

  PreloadedSeries(AtomicBoolean valid, int max) {
    this.valid = valid;
    this.max = max;
  }

  /**
   * Adds a series of the catalog.
   *
   * @return false if there is no room
   */
  public synchronized boolean add(UUID fingerprint, long seriesId, int nodeId) {
    if (closed || size >= max) {
      return false;
    }
    if ((size + 1) * 10L > high.length * 7L) {
      grow();
    }
    put(
        fingerprint.getMostSignificantBits(),
        fingerprint.getLeastSignificantBits(),
        seriesId,
        nodeId);
    return true;
  }

  /** The ids of a series; null if it is not preloaded. */
  synchronized SeriesCatalog.Registered find(UUID fingerprint) {
    if (size == 0) {
      return null;
    }
    int i = place(fingerprint.getMostSignificantBits(), fingerprint.getLeastSignificantBits());
    return ids[i] == 0 ? null : new SeriesCatalog.Registered(ids[i], nodes[i]);
  }

  /** Number of series. */
  public synchronized int size() {
    return size;
  }

  synchronized long bytes() {
    return 28L * high.length;
  }

  /** Whether its ids are valid in a table: not if the table is of another database. */
  boolean isValidIn(SeriesTable table) {
    return table.sharesValidity(valid);
  }

  /** Drops all series; {@link #add} has no effect any more. */
  synchronized void close() {
    closed = true;
    size = 0;
    high = low = ids = new long[0];
    nodes = new int[0];
  }

  private void grow() {
    long[] oldHigh = high;
    long[] oldLow = low;
    long[] oldIds = ids;
    int[] oldNodes = nodes;
    int length = Math.max(1024, (int) Math.min(Integer.MAX_VALUE - 8L, oldIds.length * 3L / 2));
    high = new long[length];
    low = new long[length];
    ids = new long[length];
    nodes = new int[length];
    size = 0;
    for (int i = 0; i < oldIds.length; i++) {
      if (oldIds[i] != 0) {
        put(oldHigh[i], oldLow[i], oldIds[i], oldNodes[i]);
      }
    }
  }

  private void put(long h, long l, long seriesId, int nodeId) {
    int i = place(h, l);
    size += ids[i] == 0 ? 1 : 0;
    high[i] = h;
    low[i] = l;
    ids[i] = seriesId;
    nodes[i] = nodeId;
  }

  /** The index of a fingerprint, or a free one for it. The lower half serves as hash. */
  private int place(long h, long l) {
    int i = (int) (((l >>> 32) * ids.length) >>> 32);
    while (ids[i] != 0 && (high[i] != h || low[i] != l)) {
      i = i + 1 == ids.length ? 0 : i + 1;
    }
    return i;
  }
}
