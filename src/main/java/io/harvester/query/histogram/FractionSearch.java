// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import io.harvester.query.histogram.Estimate.Remark;

/** Finds the ranks of two values, and with them the part of the observations between the two. */
final class FractionSearch {
  private final FloatHistogram histogram;
  private final Value from;
  private final Value to;
  private final BucketCursor cursor;

  /** The current bucket. */
  private double lower;

  private double upper;
  private double inBucket;
  private boolean linear;

  /** Number of observations below the current bucket. */
  private double rank;

  /** A value whose rank is sought. */
  private static final class Value {
    private final double value;
    private double rank;
    private boolean found;

    private Value(double value) {
      this.value = value;
    }

    private void found(double at) {
      rank = at;
      found = true;
    }

    private double rankUpTo(double count) {
      return !found || rank > count ? count : rank;
    }
  }

  FractionSearch(FloatHistogram histogram, double from, double to) {
    this.histogram = histogram;
    this.from = new Value(from);
    this.to = new Value(to);
    cursor = BucketCursor.ascending(histogram);
  }

  Estimate estimate() {
    double count = search();
    boolean hasNan = false;
    if (Estimates.mayHaveNan(histogram)) {
      while (cursor.next()) {
        count += cursor.count();
      }
      hasNan = count < histogram.count();
    } else {
      count = histogram.count();
    }
    double fraction = (to.rankUpTo(count) - from.rankUpTo(count)) / histogram.count();
    return Estimates.of(fraction, hasNan, Remark.FRACTION_EXCLUDES_NAN);
  }

  /** Goes up until both ranks are known. Returns the number of observations seen. */
  private double search() {
    double count = 0;
    while (cursor.next()) {
      load();
      count += inBucket;
      atLowerBound(from);
      atLowerBound(to);
      inside(from);
      inside(to);
      if (from.found && to.found) {
        break;
      }
      rank += inBucket;
    }
    return count;
  }

  private void load() {
    inBucket = cursor.count();
    lower = cursor.lower();
    upper = cursor.upper();
    boolean containsZero = lower <= 0 && upper >= 0;
    linear = containsZero || histogram.isCustom();
    if (containsZero) {
      if (histogram.negative().isEmpty() && !histogram.positive().isEmpty()) {
        lower = 0;
      } else if (histogram.positive().isEmpty() && !histogram.negative().isEmpty()) {
        upper = 0;
      }
    }
  }

  private void atLowerBound(Value sought) {
    if (!sought.found && lower >= sought.value) {
      sought.found(rank);
    }
  }

  private void inside(Value sought) {
    double value = sought.value;
    if (!sought.found && lower < value && upper > value) {
      double part =
          linear ? inBucket * (value - lower) / (upper - lower) : inBucket * logarithmic(value);
      sought.found(rank + part);
    }
  }

  private double logarithmic(double value) {
    double logLower = Estimates.log2(lower);
    double logUpper = Estimates.log2(upper);
    double log = Estimates.log2(value);
    return value > 0
        ? (log - logLower) / (logUpper - logLower)
        : 1 - (log - logUpper) / (logLower - logUpper);
  }
}
