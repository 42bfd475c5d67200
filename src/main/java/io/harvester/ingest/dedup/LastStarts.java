// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.dedup;

import java.util.Arrays;

/** The last start time stored of each series: an open-addressing hash map of primitives. */
final class LastStarts {
  private static final int MIN_PLACES = 64;

  /** 64 MiB. A larger map is cleared, which costs one upsert per series. */
  private static final int MAX_PLACES = 1 << 22;

  private long[] series = new long[MIN_PLACES];
  private long[] start = new long[MIN_PLACES]; // 0: the place is free
  private int size;

  /** Sets the last start time of a series; returns whether it changed. */
  boolean isNew(long seriesId, long startMillis) {
    int i = place(seriesId);
    if (start[i] == startMillis) {
      return false;
    }
    if (start[i] == 0) {
      if (size * 2 >= series.length) {
        grow();
        i = place(seriesId);
      }
      size++;
    }
    series[i] = seriesId;
    start[i] = startMillis;
    return true;
  }

  void clear() {
    if (series.length > MIN_PLACES) {
      series = new long[MIN_PLACES];
      start = new long[MIN_PLACES];
    } else {
      Arrays.fill(start, 0);
    }
    size = 0;
  }

  private int place(long seriesId) {
    int mask = series.length - 1;
    int i = (int) ((seriesId * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    while (start[i] != 0 && series[i] != seriesId) {
      i = (i + 1) & mask;
    }
    return i;
  }

  private void grow() {
    if (series.length >= MAX_PLACES) {
      clear();
      return;
    }
    long[] oldSeries = series;
    long[] oldStart = start;
    series = new long[oldSeries.length * 2];
    start = new long[oldSeries.length * 2];
    for (int o = 0; o < oldSeries.length; o++) {
      if (oldStart[o] != 0) {
        int i = place(oldSeries[o]);
        series[i] = oldSeries[o];
        start[i] = oldStart[o];
      }
    }
  }
}
