// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import io.harvester.query.histogram.Estimate.Remark;

/**
 * Finds a quantile: the bucket that contains it, then its place in the bucket. In custom buckets
 * and in the zero bucket the place is linear, in the others logarithmic.
 */
final class QuantileSearch {
  private final FloatHistogram histogram;
  private final boolean fromBelow;
  private final BucketCursor cursor;
  private double rank;

  /** The last bucket that was visited. */
  private double lower;

  private double upper;
  private double inBucket;

  /** Number of observations in the buckets up to it. */
  private double count;

  QuantileSearch(FloatHistogram histogram, double q) {
    this.histogram = histogram;
    // From above, NaN would have to be skipped: it counts as the highest value.
    fromBelow = Estimates.mayHaveNan(histogram) || q < 0.5;
    cursor = fromBelow ? BucketCursor.ascending(histogram) : BucketCursor.descending(histogram);
    rank = fromBelow ? q * histogram.count() : (1 - q) * histogram.count();
  }

  Estimate estimate() {
    findBucket();
    if (!histogram.isCustom()) {
      narrowZeroBucket();
    } else if (lower == Double.NEGATIVE_INFINITY) {
      if (upper <= 0) {
        return Estimate.of(upper);
      }
      lower = 0;
    } else if (upper == Double.POSITIVE_INFINITY) {
      return Estimate.of(lower);
    }
    if (count > histogram.count()) {
      count = histogram.count(); // an error of rounding
    }
    if (count < rank) {
      return Estimates.mayHaveNan(histogram)
          ? new Estimate(Double.NaN, Remark.QUANTILE_IS_NAN)
          : Estimate.of(upper);
    }
    rank = fromBelow ? rank - (count - inBucket) : count - rank;
    boolean skewed = false;
    if (Estimates.mayHaveNan(histogram)) {
      countRest();
      skewed = count < histogram.count();
    }
    return Estimates.of(interpolate(rank / inBucket), skewed, Remark.QUANTILE_IS_SKEWED);
  }

  private void findBucket() {
    boolean visited = false;
    while (cursor.next()) {
      visited = true;
      inBucket = cursor.count();
      if (inBucket == 0) {
        continue;
      }
      count += inBucket;
      if (count >= rank) {
        break;
      }
    }
    if (visited) {
      lower = cursor.lower();
      upper = cursor.upper();
    }
  }

  /** The zero bucket has no negative values if the histogram has none elsewhere, and vice versa. */
  private void narrowZeroBucket() {
    if (lower < 0 && upper > 0) {
      if (histogram.negative().isEmpty() && !histogram.positive().isEmpty()) {
        lower = 0;
      } else if (histogram.positive().isEmpty() && !histogram.negative().isEmpty()) {
        upper = 0;
      }
    }
  }

  /**
   * Counts the remaining buckets. The bucket of the interpolation becomes the last one: Prometheus
   * 3.5 does this.
   */
  private void countRest() {
    boolean visited = false;
    while (cursor.next()) {
      visited = true;
      inBucket = cursor.count();
      count += inBucket;
    }
    if (visited) {
      lower = cursor.lower();
      upper = cursor.upper();
    }
  }

  private double interpolate(double fraction) {
    if (histogram.isCustom() || (lower <= 0 && upper >= 0)) {
      return lower + (upper - lower) * fraction;
    }
    double logLower = Estimates.log2(lower);
    double logUpper = Estimates.log2(upper);
    return lower > 0
        ? Estimates.exp2(logLower + (logUpper - logLower) * fraction)
        : -Estimates.exp2(logUpper + (logLower - logUpper) * (1 - fraction));
  }
}
