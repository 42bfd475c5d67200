// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

/**
 * Durations in logarithmic buckets, 32 per factor of two: percentiles are exact within about 3 %.
 * Not thread-safe.
 */
public final class LatencyHistogram {
  private static final int SUB_BITS = 5;
  private final long[] bucket = new long[64 << SUB_BITS];
  private long count;
  private long max;

  void add(long nanos) {
    long value = Math.max(nanos, 1L << SUB_BITS);
    int exponent = 63 - Long.numberOfLeadingZeros(value);
    int sub = (int) (value >>> (exponent - SUB_BITS)) & ((1 << SUB_BITS) - 1);
    bucket[exponent << SUB_BITS | sub]++;
    count++;
    max = Math.max(max, nanos);
  }

  void add(LatencyHistogram other) {
    for (int i = 0; i < bucket.length; i++) {
      bucket[i] += other.bucket[i];
    }
    count += other.count;
    max = Math.max(max, other.max);
  }

  /** The longest duration, in milliseconds. */
  public double maxMillis() {
    return max / 1e6;
  }

  /**
   * A percentile in milliseconds; 0 if the histogram is empty.
   *
   * @param share of the durations that are not longer, 0 to 1
   */
  public double millis(double share) {
    long rank = (long) Math.ceil(share * count);
    long seen = 0;
    for (int i = 0; i < bucket.length; i++) {
      seen += bucket[i];
      if (seen >= rank && seen > 0) {
        return Math.min(upperBound(i), (double) max) / 1e6;
      }
    }
    return 0;
  }

  private static double upperBound(int index) {
    int exponent = index >>> SUB_BITS;
    int sub = index & ((1 << SUB_BITS) - 1);
    return Math.scalb(1.0 + (sub + 1.0) / (1 << SUB_BITS), exponent);
  }
}
