// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.ingest.request.MetricName;
import io.harvester.quota.SeriesBudget;
import io.harvester.quota.SeriesBudget.Decision;
import io.harvester.series.LabelLimits;
import io.harvester.series.Resolution.Defective;
import io.harvester.series.SeriesGate;
import io.harvester.series.SeriesKey;
import io.harvester.wire.SeriesDefect;

/**
 * Why data points and series are rejected. A reason is a constant text, the value of the label
 * {@code reason} in metrics and of the column {@code reason} in {@code rejected_sample}. An
 * explanation is for people: the offender, the number, the limit and the setting.
 */
final class RejectionReasons implements SeriesGate {
  static final String FOREIGN_NODE = SeriesDefect.FOREIGN_NODE.reason();
  static final String TOO_OLD = "timestamp too old";
  static final String TOO_NEW = "timestamp too far in the future";

  private final LabelLimits limits;
  private final SeriesBudget budget;

  RejectionReasons(LabelLimits limits, SeriesBudget budget) {
    this.limits = limits;
    this.budget = budget;
  }

  /** Rejects series over their node's quota. */
  @Override
  public SeriesDefect check(SeriesKey key, boolean isNew) {
    return switch (budget.admit(key.node(), key.metric(), isNew)) {
      case ADMITTED -> SeriesDefect.NONE;
      case TOO_MANY_SERIES -> SeriesDefect.OVER_SERIES_QUOTA;
      case TOO_MANY_NEW_SERIES -> SeriesDefect.OVER_NEW_SERIES_QUOTA;
    };
  }

  /** Explains why a series is rejected. */
  String explain(Defective series) {
    return switch (series.defect()) {
      case OVER_SERIES_QUOTA -> budget.explain(series.node(), Decision.TOO_MANY_SERIES);
      case OVER_NEW_SERIES_QUOTA -> budget.explain(series.node(), Decision.TOO_MANY_NEW_SERIES);
      default ->
          "series %d %s: %s"
              .formatted(
                  series.series(),
                  MetricName.shortened(series.metric()),
                  limits.explain(series.defect()));
    };
  }

  /**
   * The metric to report a rejected series under. A node over its quota sends ever new metric
   * names, so all its rejections are reported under the metric that grows fastest.
   */
  String metric(Defective series) {
    return switch (series.defect()) {
      case OVER_SERIES_QUOTA, OVER_NEW_SERIES_QUOTA -> budget.fastestGrowing(series.node());
      default -> series.metric();
    };
  }
}
