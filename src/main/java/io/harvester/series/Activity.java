// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.List;
import java.util.Map;

/**
 * What memory knows of the nodes, at one moment.
 *
 * @param activeSeries number of active series by node; nodes without one are missing
 * @param current of each node and each of the metrics that were asked for: the series with the
 *     newest sample
 */
public record Activity(Map<String, Integer> activeSeries, List<CurrentSeries> current) {
  /**
   * A series of a metric.
   *
   * @param time of its newest sample, ms since the epoch
   * @param ended whether that sample is a stale marker
   */
  public record CurrentSeries(int nodeId, long seriesId, long time, boolean ended) {}
}
