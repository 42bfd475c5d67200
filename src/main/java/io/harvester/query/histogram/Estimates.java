// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import io.harvester.query.histogram.Estimate.Remark;

/** Numbers that are interpolated from the buckets of a native histogram. */
final class Estimates {
  private static final double LOG_2 = Math.log(2);

  private Estimates() {}

  static Estimate quantile(FloatHistogram histogram, double q) {
    if (q < 0) {
      return Estimate.of(Double.NEGATIVE_INFINITY);
    }
    if (q > 1) {
      return Estimate.of(Double.POSITIVE_INFINITY);
    }
    if (histogram.count() == 0 || Double.isNaN(q)) {
      return Estimate.of(Double.NaN);
    }
    return new QuantileSearch(histogram, q).estimate();
  }

  static Estimate fraction(FloatHistogram histogram, double lower, double upper) {
    if (histogram.count() == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
      return Estimate.of(Double.NaN);
    }
    return lower >= upper ? Estimate.of(0) : new FractionSearch(histogram, lower, upper).estimate();
  }

  /** The mean square of the distances of the buckets' middles from the mean. */
  static double variance(FloatHistogram histogram) {
    double mean = histogram.avg();
    double variance = 0;
    double compensation = 0;
    BucketCursor cursor = BucketCursor.ascending(histogram);
    while (cursor.next()) {
      if (cursor.count() == 0) {
        continue;
      }
      double delta = middle(histogram, cursor) - mean;
      double square = cursor.count() * delta * delta;
      double sum = variance + square;
      if (Double.isInfinite(sum)) {
        compensation = 0;
      } else if (Math.abs(variance) >= Math.abs(square)) {
        compensation += variance - sum + square;
      } else {
        compensation += square - sum + variance;
      }
      variance = sum;
    }
    return (variance + compensation) / histogram.count();
  }

  /** Arithmetic mean of the bounds of a custom bucket, geometric mean of an exponential one's. */
  private static double middle(FloatHistogram histogram, BucketCursor cursor) {
    double lower = cursor.lower();
    double upper = cursor.upper();
    if (histogram.isCustom()) {
      return (upper + lower) / 2;
    }
    if (lower <= 0 && upper >= 0) {
      return 0;
    }
    double middle = Math.sqrt(upper * lower);
    return upper < 0 ? -middle : middle;
  }

  /** Whether a histogram may have counted NaN: those observations are in no bucket. */
  static boolean mayHaveNan(FloatHistogram histogram) {
    return Double.isNaN(histogram.sum());
  }

  /** The base-2 logarithm of a magnitude; exact for powers of two. */
  static double log2(double value) {
    double magnitude = Math.abs(value);
    if (!(magnitude > 0) || Double.isInfinite(magnitude)) {
      return Math.log(magnitude);
    }
    double scaled = magnitude < Double.MIN_NORMAL ? magnitude * 0x1p54 : magnitude;
    // The fraction is at least 0.5 and below 1.
    int exponent = Math.getExponent(scaled) + 1;
    double fraction = Math.scalb(scaled, -exponent);
    int total = magnitude < Double.MIN_NORMAL ? exponent - 54 : exponent;
    return fraction == 0.5 ? total - 1 : Math.log(fraction) * (1 / LOG_2) + total;
  }

  static double exp2(double exponent) {
    return Math.pow(2, exponent);
  }

  static Estimate of(double value, boolean remarkable, Remark remark) {
    return new Estimate(value, remarkable ? remark : Remark.NONE);
  }
}
