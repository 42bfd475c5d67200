// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

import java.util.Locale;

/** An aggregation operator. */
public enum Aggregator {
  /** Mean of the values. */
  AVG,
  /** The series with the smallest values. */
  BOTTOMK,
  /** Number of series. */
  COUNT,
  /** Number of series per value. */
  COUNT_VALUES,
  /** 1 for each group. */
  GROUP,
  /** A number of series, any; experimental. */
  LIMITK,
  /** A fraction of the series, any; experimental. */
  LIMIT_RATIO,
  /** Largest value. */
  MAX,
  /** Smallest value. */
  MIN,
  /** Quantile of the values. */
  QUANTILE,
  /** Standard deviation of the values. */
  STDDEV,
  /** Variance of the values. */
  STDVAR,
  /** Sum of the values. */
  SUM,
  /** The series with the largest values. */
  TOPK;

  /** The operator as it is written. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a parameter stands before the vector. */
  public boolean hasParameter() {
    return switch (this) {
      case BOTTOMK, COUNT_VALUES, LIMITK, LIMIT_RATIO, QUANTILE, TOPK -> true;
      default -> false;
    };
  }

  /** Whether it is refused unless experimental functions are switched on. */
  public boolean isExperimental() {
    return this == LIMITK || this == LIMIT_RATIO;
  }
}
