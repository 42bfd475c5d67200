// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.rollup;

/** What a selector's samples are for, which decides the samples that stand for a rollup. */
public enum RollupUse {
  /** The newest value at a time. */
  LAST,
  /** The lowest value of a range. */
  LOWEST,
  /** The highest value of a range. */
  HIGHEST,
  /** A statistic of a range in which each rollup counts with its mean. */
  AVERAGE,
  /** The sum of a range. */
  TOTAL,
  /** The number of samples in a range. */
  COUNT,
  /** The growth of a counter in a range, across resets. */
  COUNTER,
  /** The change or slope of a gauge in a range. */
  LINE;

  /** What a function over a range needs. */
  public static RollupUse of(String function) {
    return switch (function) {
      case "rate", "increase", "irate", "resets" -> COUNTER;
      case "delta",
          "idelta",
          "deriv",
          "predict_linear",
          "changes",
          "double_exponential_smoothing" ->
          LINE;
      case "min_over_time" -> LOWEST;
      case "max_over_time" -> HIGHEST;
      case "sum_over_time" -> TOTAL;
      case "count_over_time" -> COUNT;
      case "avg_over_time",
          "quantile_over_time",
          "stddev_over_time",
          "stdvar_over_time",
          "mad_over_time" ->
          AVERAGE;
      default -> LAST;
    };
  }
}
