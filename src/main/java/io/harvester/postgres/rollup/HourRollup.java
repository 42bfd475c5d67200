// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.rollup;

import java.util.Arrays;

/**
 * What the samples of one series in one hour amount to: in each of its twelve buckets of 5 minutes,
 * and as a whole. Buckets are open to the left and closed to the right, as PromQL's windows, so
 * that functions over windows of whole buckets give the same as from samples.
 *
 * <p>Values are kept as IEEE 754 bits. A stale marker is no sample. NaN counts as one, and is the
 * lowest or highest value only if there is no other, as in Prometheus.
 */
public final class HourRollup {
  /** Milliseconds of an hour. */
  public static final long HOUR = 3_600_000;

  /** Milliseconds of a bucket. */
  static final long BUCKET = 300_000;

  /** The number of buckets, and the slot of the whole hour in the arrays. */
  static final int WHOLE = (int) (HOUR / BUCKET);

  private static final int SLOTS = WHOLE + 1;
  private static final long STALE = 0x7ff0000000000002L;

  final long seriesId;

  /** The number of samples by slot; 0: the other arrays have nothing there. */
  final int[] samples = new int[SLOTS];

  /** The times of the first and last sample, in ms since the start of the hour. */
  final int[] firstMs = new int[SLOTS];

  final int[] lastMs = new int[SLOTS];
  final long[] first = new long[SLOTS];
  final long[] last = new long[SLOTS];
  final long[] lowest = new long[SLOTS];
  final long[] highest = new long[SLOTS];
  final long[] total = new long[SLOTS];

  /** Sums of the values before each reset: increase = last - first + dropped. */
  final long[] dropped = new long[SLOTS];

  private final double[] sum = new double[SLOTS];
  private final double[] error = new double[SLOTS];

  /** How the values of a series are stored. */
  enum Shape {
    /** All samples have the same value. */
    CONSTANT,
    /** No value is lower than the one before. */
    RISING,
    /** Anything else. */
    OTHER
  }

  /** Has no samples yet. */
  HourRollup(long seriesId) {
    this.seriesId = seriesId;
  }

  /** The end of the hour that a time belongs to, both in ms since the epoch. */
  static long hourEnd(long time) {
    return -Math.floorDiv(-time, HOUR) * HOUR;
  }

  /**
   * Adds a sample that is later than those before.
   *
   * @param offset ms since the start of the hour, from 1 to 3,600,000
   * @param buckets whether to add it to its bucket, or to the whole hour only
   */
  void add(int offset, long bits, boolean buckets) {
    if (bits != STALE) {
      if (buckets) {
        add((int) ((offset - 1) / BUCKET), offset, bits);
      }
      add(WHOLE, offset, bits);
    }
  }

  private void add(int slot, int offset, long bits) {
    double value = Double.longBitsToDouble(bits);
    if (samples[slot]++ == 0) {
      firstMs[slot] = offset;
      first[slot] = bits;
      lowest[slot] = bits;
      highest[slot] = bits;
    } else {
      double previous = Double.longBitsToDouble(last[slot]);
      if (value < previous) {
        dropped[slot] =
            Double.doubleToRawLongBits(Double.longBitsToDouble(dropped[slot]) + previous);
      }
      double low = Double.longBitsToDouble(lowest[slot]);
      if (value < low || Double.isNaN(low)) {
        lowest[slot] = bits;
      }
      double high = Double.longBitsToDouble(highest[slot]);
      if (value > high || Double.isNaN(high)) {
        highest[slot] = bits;
      }
    }
    lastMs[slot] = offset;
    last[slot] = bits;
    addToSum(slot, value);
    total[slot] = Double.doubleToLongBits(sum[slot] + error[slot]); // one NaN for all
  }

  /** As Neumaier and Prometheus add: the error of each rounding is summed up separately. */
  private void addToSum(int slot, double value) {
    double before = sum[slot];
    double after = before + value;
    if (Double.isInfinite(after)) {
      error[slot] = 0;
    } else if (Math.abs(before) >= Math.abs(value)) {
      error[slot] += (before - after) + value;
    } else {
      error[slot] += (value - after) + before;
    }
    sum[slot] = after;
  }

  /** Whether the series has no sample in the hour. */
  boolean isEmpty() {
    return samples[WHOLE] == 0;
  }

  /** How its values are stored. */
  Shape shape() {
    boolean constant = !Double.isNaN(Double.longBitsToDouble(first[WHOLE]));
    for (int slot = 0; slot <= WHOLE; slot++) {
      if (samples[slot] > 0) {
        if (lowest[slot] != first[slot] || highest[slot] != last[slot] || dropped[slot] != 0) {
          return Shape.OTHER;
        }
        constant &=
            first[slot] == first[WHOLE]
                && last[slot] == first[WHOLE]
                && isMultiple(total[slot], samples[slot], first[WHOLE]);
      }
    }
    return constant ? Shape.CONSTANT : Shape.RISING;
  }

  /** Whether a total is number times value, and PostgreSQL computes it without an overflow. */
  private static boolean isMultiple(long total, int number, long value) {
    double product = number * Double.longBitsToDouble(value);
    return total == Double.doubleToRawLongBits(product) && !Double.isInfinite(product);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof HourRollup other
        && seriesId == other.seriesId
        && Arrays.equals(samples, other.samples)
        && Arrays.equals(firstMs, other.firstMs)
        && Arrays.equals(lastMs, other.lastMs)
        && Arrays.equals(first, other.first)
        && Arrays.equals(last, other.last)
        && Arrays.equals(lowest, other.lowest)
        && Arrays.equals(highest, other.highest)
        && Arrays.equals(total, other.total)
        && Arrays.equals(dropped, other.dropped);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(seriesId);
  }
}
