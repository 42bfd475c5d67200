// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.dedup;

import java.util.Arrays;

/**
 * The stored values of undecided samples: an open-addressing hash map from (series, time) to value.
 * It keeps the values of expected keys only, however many samples the database returns.
 */
final class StoredValues {
  private static final byte FREE = 0;
  private static final byte EXPECTED = 1;
  private static final byte STORED = 2;

  private long[] series = new long[256];
  private long[] time = new long[256];
  private long[] bits = new long[256];
  private byte[] state = new byte[256];
  private int size;

  void clear() {
    if (series.length > 1 << 16) { // a backfill enlarged it: release the memory
      series = new long[256];
      time = new long[256];
      bits = new long[256];
      state = new byte[256];
    } else {
      Arrays.fill(state, FREE);
    }
    size = 0;
  }

  /** Expects a key: its value will be kept. */
  void expect(long seriesId, long timeMillis) {
    if (size * 2 >= series.length) {
      grow();
    }
    int i = place(seriesId, timeMillis);
    if (state[i] == FREE) {
      series[i] = seriesId;
      time[i] = timeMillis;
      state[i] = EXPECTED;
      size++;
    }
  }

  /** Sets the value of an expected key, unless it has one. */
  void put(long seriesId, long timeMillis, long valueBits) {
    int i = place(seriesId, timeMillis);
    if (state[i] == EXPECTED) {
      bits[i] = valueBits;
      state[i] = STORED;
    }
  }

  boolean contains(long seriesId, long timeMillis) {
    return state[place(seriesId, timeMillis)] == STORED;
  }

  /** The value of a key that {@link #contains} confirms, as its IEEE 754 bits. */
  long get(long seriesId, long timeMillis) {
    return bits[place(seriesId, timeMillis)];
  }

  private int place(long seriesId, long timeMillis) {
    int mask = series.length - 1;
    long hash = (seriesId * 0x9E3779B97F4A7C15L) ^ (timeMillis * 0xC2B2AE3D27D4EB4FL);
    int i = (int) ((hash ^ (hash >>> 32)) * 0x9E3779B1) >>> 1 & mask;
    while (state[i] != FREE && (series[i] != seriesId || time[i] != timeMillis)) {
      i = (i + 1) & mask;
    }
    return i;
  }

  private void grow() {
    long[] oldSeries = series;
    long[] oldTime = time;
    long[] oldBits = bits;
    byte[] oldState = state;
    int n = oldSeries.length * 2;
    series = new long[n];
    time = new long[n];
    bits = new long[n];
    state = new byte[n];
    for (int o = 0; o < oldSeries.length; o++) {
      if (oldState[o] != FREE) {
        int i = place(oldSeries[o], oldTime[o]);
        series[i] = oldSeries[o];
        time[i] = oldTime[o];
        bits[i] = oldBits[o];
        state[i] = oldState[o];
      }
    }
  }
}
