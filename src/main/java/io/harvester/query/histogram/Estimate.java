// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/**
 * A number that was interpolated from buckets.
 *
 * @param value the number
 * @param remark what the asker should know
 */
public record Estimate(double value, Remark remark) {

  /** What an annotation says about an estimate from a native histogram. */
  public enum Remark {
    /** Nothing. */
    NONE,
    /** The quantile lies among observations of NaN, so that it is NaN. */
    QUANTILE_IS_NAN,
    /** Observations of NaN count as +Inf, so that the quantile is too high. */
    QUANTILE_IS_SKEWED,
    /** Observations of NaN are in no fraction. */
    FRACTION_EXCLUDES_NAN
  }

  static Estimate of(double value) {
    return new Estimate(value, Remark.NONE);
  }
}
