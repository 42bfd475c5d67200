// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.promql.Position;

/** The functions of range vectors by name. */
final class RangeFunctions {
  private RangeFunctions() {}

  static RangeFunction of(String name, Position quantilePosition) {
    return switch (name) {
      case "rate" -> new ExtrapolatedRate(true, true);
      case "increase" -> new ExtrapolatedRate(true, false);
      case "delta" -> new ExtrapolatedRate(false, false);
      case "irate" -> new InstantRate(true);
      case "idelta" -> new InstantRate(false);
      case "resets" -> new TransitionCounts(true);
      case "changes" -> new TransitionCounts(false);
      case "deriv" -> new Regression(false);
      case "predict_linear" -> new Regression(true);
      case "double_exponential_smoothing" -> new DoubleExponentialSmoothing();
      case "avg_over_time" -> new MeanOverTime();
      case "sum_over_time" -> new SumOverTime();
      case "quantile_over_time" -> DistributionOverTime.quantile(quantilePosition);
      case "mad_over_time" -> DistributionOverTime.medianDeviation();
      case "stddev_over_time" -> DistributionOverTime.deviation();
      case "stdvar_over_time" -> DistributionOverTime.variance();
      default -> SimpleOverTime.of(name);
    };
  }
}
