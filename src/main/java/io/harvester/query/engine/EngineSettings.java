// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import java.time.Duration;

/**
 * Limits and defaults of all queries.
 *
 * @param maxSamples largest number of samples that a query may hold in memory
 * @param maxMemory largest number of bytes that the samples of all queries may take
 * @param maxSeries largest number of series that a query may read
 * @param maxPoints largest number of intervals between the steps of a range query
 * @param defaultInterval step of subqueries that name none
 * @param delayedNameRemoval whether metric names are dropped at the end of a query only
 */
public record EngineSettings(
    long maxSamples,
    long maxMemory,
    long maxSeries,
    long maxPoints,
    Duration defaultInterval,
    boolean delayedNameRemoval) {
  /** Prometheus's limit: 11,000 intervals, so 11,001 points. */
  private static final long MAX_POINTS = 11_000;

  /** Prometheus's default evaluation interval. */
  private static final Duration SUBQUERY_STEP = Duration.ofMinutes(1);

  /** Settings with Prometheus's steps, and its handling of metric names. */
  public static EngineSettings asPrometheus(long maxSamples, long maxMemory, long maxSeries) {
    return new EngineSettings(maxSamples, maxMemory, maxSeries, MAX_POINTS, SUBQUERY_STEP, false);
  }

  /** Settings with Prometheus's handling of metric names, and no limit of all queries. */
  public EngineSettings(long maxSamples, long maxSeries, long maxPoints, Duration defaultInterval) {
    this(maxSamples, Long.MAX_VALUE, maxSeries, maxPoints, defaultInterval, false);
  }
}
