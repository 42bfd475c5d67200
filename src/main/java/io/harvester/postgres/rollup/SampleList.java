// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.rollup;

import java.util.Arrays;

/** Some samples of one series. */
final class SampleList {
  private static final long STALE = 0x7ff0000000000002L;

  private long[][] samples = new long[4][];
  private int count;

  /** Adds a sample; time in ms since the epoch. */
  void add(long time, long bits) {
    if (count == samples.length) {
      samples = Arrays.copyOf(samples, count * 2);
    }
    samples[count++] = new long[] {time, bits};
  }

  /** Sorts by time. Of two with the same time, the one that was added first remains. */
  void sort() {
    Arrays.sort(samples, 0, count, (a, b) -> Long.compare(a[0], b[0]));
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (kept == 0 || samples[i][0] != samples[kept - 1][0]) {
        samples[kept++] = samples[i];
      }
    }
    count = kept;
  }

  /** Whether there is anything but stale markers. */
  boolean hasSample() {
    for (int i = 0; i < count; i++) {
      if (bits(i) != STALE) {
        return true;
      }
    }
    return false;
  }

  int count() {
    return count;
  }

  long time(int at) {
    return samples[at][0];
  }

  long bits(int at) {
    return samples[at][1];
  }
}
