package io.harvester.ingest.dedup;

import java.util.Arrays;

/** The last start timestamp seen of each series: an open-addressing map of primitive numbers. */
final class LastStarts {
  private static final int SMALLEST = 64;

  /** 64 MiB; beyond that everything is forgotten, which costs an upsert per series. */
  private static final int LARGEST = 1 << 22;

  private long[] series = new long[SMALLEST];
  private long[] start = new long[SMALLEST]; // 0: the place is free
  private int size;

  /** Whether the start differs from the last one of the series; from now on it is the last. */
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
    if (series.length > SMALLEST) {
      series = new long[SMALLEST];
      start = new long[SMALLEST];
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
    if (series.length >= LARGEST) {
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
