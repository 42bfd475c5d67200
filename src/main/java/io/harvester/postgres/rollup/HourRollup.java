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

  // The bucket that is being filled; -1: none.
  private int open = -1;
  private int count;
  private double low;
  private double high;
  private double previous;
  private double sum;
  private double error;
  private double drops;

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
   */
  void add(int offset, long bits) {
    if (bits == STALE) {
      return;
    }
    double value = Double.longBitsToDouble(bits);
    int slot = (offset - 1) / (int) BUCKET;
    if (slot != open) {
      close();
      open = slot;
      firstMs[slot] = offset;
      first[slot] = bits;
      low = value;
      high = value;
      lowest[slot] = bits;
      highest[slot] = bits;
    } else {
      if (value < previous) {
        drops += previous;
      }
      if (value < low || Double.isNaN(low)) {
        low = value;
        lowest[slot] = bits;
      }
      if (value > high || Double.isNaN(high)) {
        high = value;
        highest[slot] = bits;
      }
    }
    count++;
    previous = value;
    last[slot] = bits;
    lastMs[slot] = offset;
    addToSum(value);
  }

  /** As Neumaier and Prometheus add: the error of each rounding is summed up separately. */
  private void addToSum(double value) {
    double after = sum + value;
    if (Double.isInfinite(after)) {
      error = 0;
    } else if (Math.abs(sum) >= Math.abs(value)) {
      error += (sum - after) + value;
    } else {
      error += (value - after) + sum;
    }
    sum = after;
  }

  private void close() {
    if (open >= 0) {
      store(open);
    }
  }

  private void store(int slot) {
    samples[slot] = count;
    total[slot] = Double.doubleToLongBits(sum + error); // one NaN for all
    dropped[slot] = Double.doubleToLongBits(drops);
    count = 0;
    sum = 0;
    error = 0;
    drops = 0;
  }

  /** Sums the buckets up, after the last sample. The total of the hour is that of their totals. */
  void finish() {
    close();
    open = -1;
    for (int slot = 0; slot < WHOLE; slot++) {
      if (samples[slot] > 0) {
        include(slot);
      }
    }
    store(WHOLE);
  }

  private void include(int slot) {
    double from = Double.longBitsToDouble(first[slot]);
    if (count == 0) {
      firstMs[WHOLE] = firstMs[slot];
      first[WHOLE] = first[slot];
      lowest[WHOLE] = lowest[slot];
      highest[WHOLE] = highest[slot];
    } else {
      double before = Double.longBitsToDouble(last[WHOLE]);
      drops += from < before ? before : 0;
      double soFar = Double.longBitsToDouble(lowest[WHOLE]);
      if (Double.longBitsToDouble(lowest[slot]) < soFar || Double.isNaN(soFar)) {
        lowest[WHOLE] = lowest[slot];
      }
      soFar = Double.longBitsToDouble(highest[WHOLE]);
      if (Double.longBitsToDouble(highest[slot]) > soFar || Double.isNaN(soFar)) {
        highest[WHOLE] = highest[slot];
      }
    }
    count += samples[slot];
    drops += Double.longBitsToDouble(dropped[slot]);
    lastMs[WHOLE] = lastMs[slot];
    last[WHOLE] = last[slot];
    addToSum(Double.longBitsToDouble(total[slot]));
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
