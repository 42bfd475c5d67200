// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import java.time.Duration;

/**
 * Limits and defaults of all queries.
 *
 * @param maxSamples largest number of samples that a query may hold in memory
 * @param maxSeries largest number of series that a query may read
 * @param maxPoints largest number of steps of a range query
 * @param defaultInterval step of subqueries that name none
 * @param delayedNameRemoval whether metric names are dropped at the end of a query only
 */
public record EngineSettings(
    long maxSamples,
    long maxSeries,
    long maxPoints,
    Duration defaultInterval,
    boolean delayedNameRemoval) {
  /** Settings with Prometheus's handling of metric names. */
  public EngineSettings(long maxSamples, long maxSeries, long maxPoints, Duration defaultInterval) {
    this(maxSamples, maxSeries, maxPoints, defaultInterval, false);
  }
}
