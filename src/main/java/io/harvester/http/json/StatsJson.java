// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.json;

import io.harvester.query.value.QueryStats;
import java.io.IOException;

/** Writes what a query took (util/stats/query_stats.go). */
public final class StatsJson {
  private static final double NANOS = 1e9;

  private StatsJson() {}

  /**
   * Writes the member of a result.
   *
   * @param evalNanos how long the evaluation took
   * @param queuedNanos how long the query waited for a thread
   */
  public static void write(QueryStats stats, long evalNanos, long queuedNanos, JsonWriter json)
      throws IOException {
    json.raw(",\"stats\":{\"timings\":{\"evalTotalTime\":").decimal(evalNanos / NANOS);
    json.raw(",\"resultSortTime\":0,\"queryPreparationTime\":0,\"innerEvalTime\":");
    json.decimal(evalNanos / NANOS).raw(",\"execQueueTime\":").decimal(queuedNanos / NANOS);
    json.raw(",\"execTotalTime\":").decimal((evalNanos + queuedNanos) / NANOS);
    json.raw("},\"samples\":{\"totalQueryableSamples\":").number(stats.samples());
    json.raw(",\"peakSamples\":").number(stats.peakSamples()).raw("}}");
  }
}
