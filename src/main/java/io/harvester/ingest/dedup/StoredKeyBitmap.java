// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.dedup;

import io.harvester.storage.LongIndex;
import java.util.Arrays;

/**
 * The keys of a node's stored samples in a time range: one bit per series and per time at which any
 * series has a sample. All samples of a scrape share one time, so a sample takes little more than a
 * bit.
 */
final class StoredKeyBitmap {
  private final long from;
  private final long to;
  private final LongIndex times = new LongIndex();
  private final LongIndex series = new LongIndex();
  private long[][] bits = new long[64][];
  private long words;
  private int lastTime = -1;

  /** An empty bitmap of the range {@code [from, to)}, ms since the epoch. */
  StoredKeyBitmap(long from, long to) {
    this.from = from;
    this.to = to;
  }

  boolean covers(long time) {
    return time >= from && time < to;
  }

  boolean has(long seriesId, long time) {
    int row = isLast(time) ? lastTime : times.find(time);
    if (row < 0) {
      return false;
    }
    lastTime = row;
    int bit = series.find(seriesId);
    int word = bit >> 6;
    return bit >= 0 && word < bits[row].length && (bits[row][word] & 1L << bit) != 0;
  }

  void add(long seriesId, long time) {
    int row = isLast(time) ? lastTime : times.add(time);
    lastTime = row;
    if (row == bits.length) {
      bits = Arrays.copyOf(bits, row * 2);
    }
    int bit = series.add(seriesId);
    int needed = (bit >> 6) + 1;
    long[] ofTime = bits[row];
    if (ofTime == null || ofTime.length < needed) {
      // Most series have a sample at every time: as wide as the number of series.
      int width = Math.max(needed, (series.size() + 63) >> 6);
      words += width - (ofTime == null ? 0 : ofTime.length);
      ofTime = ofTime == null ? new long[width] : Arrays.copyOf(ofTime, width);
      bits[row] = ofTime;
    }
    ofTime[bit >> 6] |= 1L << bit;
  }

  private boolean isLast(long time) {
    return lastTime >= 0 && times.value(lastTime) == time;
  }

  /** Approximate memory use, in bytes. */
  long bytes() {
    return times.bytes() + series.bytes() + bits.length * 24L + words * Long.BYTES;
  }
}
