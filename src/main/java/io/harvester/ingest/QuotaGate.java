package io.harvester.ingest;

import io.harvester.quota.SeriesBudget;
import io.harvester.quota.SeriesBudget.Decision;
import io.harvester.series.Resolution;
import io.harvester.series.SeriesGate;
import io.harvester.series.SeriesKey;
import io.harvester.wire.SeriesDefect;
import java.util.Optional;

/** Keeps series out that are over their node's quota. */
record QuotaGate(SeriesBudget budget) implements SeriesGate {
  @Override
  public SeriesDefect judge(SeriesKey key, boolean isNew) {
    return switch (budget.admit(key.node(), key.metric(), isNew)) {
      case ADMITTED -> SeriesDefect.NONE;
      case TOO_MANY_SERIES -> SeriesDefect.OVER_SERIES_QUOTA;
      case TOO_MANY_NEW_SERIES -> SeriesDefect.OVER_NEW_SERIES_QUOTA;
    };
  }

  /** A refusal of ours in words; empty: something else is wrong with the series. */
  static Optional<String> explain(SeriesBudget budget, Resolution.Defective series) {
    return switch (series.defect()) {
      case OVER_SERIES_QUOTA ->
          Optional.of(budget.explain(series.node(), Decision.TOO_MANY_SERIES));
      case OVER_NEW_SERIES_QUOTA ->
          Optional.of(budget.explain(series.node(), Decision.TOO_MANY_NEW_SERIES));
      default -> Optional.empty();
    };
  }
}
