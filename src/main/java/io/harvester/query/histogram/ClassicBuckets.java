// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import java.util.Arrays;

/**
 * The cumulative buckets of one classic histogram. An answer may merge and correct the buckets;
 * {@link #clear} makes the object ready for the next histogram.
 */
public final class ClassicBuckets {
  /** Relative differences of counts below this one are errors of rounding. */
  private static final double SMALL_DELTA = 1e-12;

  private static final int FIRST_CAPACITY = 16;

  private double[] bounds = new double[FIRST_CAPACITY];
  private double[] counts = new double[FIRST_CAPACITY];
  private int size;
  private boolean forcedMonotonic;
  private boolean ignoredSmallDeltas;

  /** Adds the bucket of a series; the order does not matter. */
  public void add(double upperBound, double count) {
    if (size == bounds.length) {
      bounds = Arrays.copyOf(bounds, size * 2);
      counts = Arrays.copyOf(counts, size * 2);
    }
    bounds[size] = upperBound;
    counts[size++] = count;
  }

  /** Number of buckets. */
  public int size() {
    return size;
  }

  /** Removes all buckets. */
  public void clear() {
    size = 0;
  }

  /**
   * The value below which a part q of the observations lies, linear in a bucket, from 0 in the
   * first one. The highest bucket gives its lower bound. Sets the two flags below.
   */
  public double quantile(double q) {
    forcedMonotonic = false;
    ignoredSmallDeltas = false;
    if (Double.isNaN(q)) {
      return Double.NaN;
    }
    if (q < 0 || q > 1) {
      return q < 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (!prepare()) {
      return Double.NaN;
    }
    makeMonotonic();
    double observations = counts[size - 1];
    if (size < 2 || observations == 0) {
      forcedMonotonic = false;
      ignoredSmallDeltas = false;
      return Double.NaN;
    }
    return valueAt(q * observations);
  }

  private double valueAt(double rank) {
    int bucket = firstWithAtLeast(rank);
    if (bucket == size - 1) {
      return bounds[size - 2];
    }
    if (bucket == 0) {
      return bounds[0] <= 0 ? bounds[0] : bounds[0] * (rank / counts[0]);
    }
    double start = bounds[bucket - 1];
    double below = counts[bucket - 1];
    return start + (bounds[bucket] - start) * ((rank - below) / (counts[bucket] - below));
  }

  /** The first bucket but the last one with this many observations, else the last one. */
  private int firstWithAtLeast(double rank) {
    int low = 0;
    int high = size - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (counts[middle] >= rank) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Whether the last quantile had to raise counts that were lower than those of a lower bucket. */
  public boolean forcedMonotonic() {
    return forcedMonotonic;
  }

  /** Whether the last quantile ignored differences as small as the errors of rounding. */
  public boolean ignoredSmallDeltas() {
    return ignoredSmallDeltas;
  }

  /** The part of the observations that lies between two values. */
  public double fraction(double lower, double upper) {
    if (!prepare()) {
      return Double.NaN;
    }
    double count = counts[size - 1];
    if (count == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
      return Double.NaN;
    }
    if (lower >= upper) {
      return 0;
    }
    return (Math.min(rank(upper), count) - Math.min(rank(lower), count)) / count;
  }

  /** Number of observations below a value; infinite if the value is beyond the buckets. */
  private double rank(double value) {
    double below = 0;
    double start = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      if (start >= value) {
        return below;
      }
      if (start < value && bounds[i] > value) {
        return below + (counts[i] - below) * (value - start) / (bounds[i] - start);
      }
      below = counts[i];
      start = bounds[i];
    }
    return Double.POSITIVE_INFINITY;
  }

  /** Sorts the buckets and merges equal ones. Without a bucket for +Inf there is no answer. */
  private boolean prepare() {
    if (size == 0) {
      return false;
    }
    sort();
    if (bounds[size - 1] != Double.POSITIVE_INFINITY) {
      return false;
    }
    int last = 0;
    for (int i = 1; i < size; i++) {
      if (bounds[i] == bounds[last]) {
        counts[last] += counts[i];
      } else {
        last++;
        bounds[last] = bounds[i];
        counts[last] = counts[i];
      }
    }
    size = last + 1;
    return true;
  }

  private void makeMonotonic() {
    double previous = counts[0];
    for (int i = 1; i < size; i++) {
      double count = counts[i];
      if (count == previous) {
        continue;
      }
      if (Almost.equal(previous, count, SMALL_DELTA)) {
        counts[i] = previous;
        ignoredSmallDeltas = true;
      } else if (count < previous) {
        counts[i] = previous;
        forcedMonotonic = true;
      } else {
        previous = count;
      }
    }
  }

  /** A merge sort: stable, without objects, nothing to do where the order is right. */
  private void sort() {
    if (isSorted()) {
      return;
    }
    double[] fromBounds = bounds;
    double[] fromCounts = counts;
    double[] toBounds = new double[bounds.length];
    double[] toCounts = new double[bounds.length];
    for (int width = 1; width < size; width *= 2) {
      for (int start = 0; start < size; start += 2 * width) {
        int middle = Math.min(start + width, size);
        int end = Math.min(start + 2 * width, size);
        int left = start;
        int right = middle;
        for (int i = start; i < end; i++) {
          boolean takeLeft =
              right == end || (left < middle && fromBounds[left] <= fromBounds[right]);
          int from = takeLeft ? left++ : right++;
          toBounds[i] = fromBounds[from];
          toCounts[i] = fromCounts[from];
        }
      }
      double[] swap = fromBounds;
      fromBounds = toBounds;
      toBounds = swap;
      swap = fromCounts;
      fromCounts = toCounts;
      toCounts = swap;
    }
    bounds = fromBounds;
    counts = fromCounts;
  }

  private boolean isSorted() {
    for (int i = 1; i < size; i++) {
      if (bounds[i] < bounds[i - 1]) {
        return false;
      }
    }
    return true;
  }
}
