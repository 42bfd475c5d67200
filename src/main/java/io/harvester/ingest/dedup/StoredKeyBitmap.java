package io.harvester.ingest.dedup;

import io.harvester.storage.LongIndex;
import java.util.Arrays;

/**
 * Which samples of a node are stored in a stretch of time: a bit for each series and each time at
 * which any of them has a sample. A scrape has one time for all its series, so that this takes a
 * bit a sample and little more.
 */
final class StoredKeyBitmap {
  private final long from;
  private final long to;
  private final LongIndex times = new LongIndex();
  private final LongIndex series = new LongIndex();
  private long[][] marks = new long[64][];
  private long words;
  private int lastTime = -1;

  /** Nothing is marked yet in [from, to), ms since the epoch. */
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
    return bit >= 0 && word < marks[row].length && (marks[row][word] & 1L << bit) != 0;
  }

  void add(long seriesId, long time) {
    int row = isLast(time) ? lastTime : times.add(time);
    lastTime = row;
    if (row == marks.length) {
      marks = Arrays.copyOf(marks, row * 2);
    }
    int bit = series.add(seriesId);
    int needed = (bit >> 6) + 1;
    long[] ofTime = marks[row];
    if (ofTime == null || ofTime.length < needed) {
      // Mostly every series has a sample at every time: as wide as there are series.
      int width = Math.max(needed, (series.size() + 63) >> 6);
      words += width - (ofTime == null ? 0 : ofTime.length);
      ofTime = ofTime == null ? new long[width] : Arrays.copyOf(ofTime, width);
      marks[row] = ofTime;
    }
    ofTime[bit >> 6] |= 1L << bit;
  }

  private boolean isLast(long time) {
    return lastTime >= 0 && times.value(lastTime) == time;
  }

  /** Bytes of memory, about. */
  long bytes() {
    return times.bytes() + series.bytes() + marks.length * 24L + words * Long.BYTES;
  }
}
