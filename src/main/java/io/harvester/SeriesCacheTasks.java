// SPDX-License-Identifier: Apache-2.0
package io.harvester;

import io.harvester.quota.SeriesBudget;
import io.harvester.schedule.Scheduler;
import io.harvester.series.PreloadedSeries;
import io.harvester.series.SeriesCache;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;

/**
 * Maintains the series in memory: preloads those of a former run, drops idle ones, counts those of
 * each node.
 */
final class SeriesCacheTasks {
  private static final String THREAD = "series-cache";

  private static final Duration RECOUNT = Duration.ofMinutes(1);

  /** A series is active for this long after its newest sample. */
  static final Duration ACTIVE = Duration.ofHours(1);

  /** Measured by SeriesTableTest. */
  private static final int BYTES_PER_SERIES = 64;

  private static final Duration TICK = Duration.ofMinutes(5);

  /** A sender that is silent for this long after the start costs a catalog query per request. */
  private static final Duration PRELOAD_LIFETIME = Duration.ofMinutes(10);

  private final SeriesCache cache;
  private final SeriesBudget budget;

  SeriesCacheTasks(SeriesCache cache, SeriesBudget budget) {
    this.cache = cache;
    this.budget = budget;
  }

  /** A cache of as many series as wanted, but no more than a quarter of the heap holds. */
  static SeriesCache cacheOf(int wanted) {
    long fit = Runtime.getRuntime().maxMemory() / 4 / BYTES_PER_SERIES;
    return new SeriesCache((int) Math.min(wanted, fit));
  }

  /** Where the series of a former run come from. */
  @FunctionalInterface
  interface Catalog {
    void read(PreloadedSeries into) throws SQLException;
  }

  /** Starts to preload, while requests are already accepted, and schedules the rest. */
  void start(Scheduler scheduler, Catalog catalog) {
    scheduler.after("series-preload", Duration.ZERO, () -> preload(catalog));
    scheduler.after(THREAD, PRELOAD_LIFETIME, cache::release);
    scheduler.every(THREAD, TICK, cache::tick);
    scheduler.every(THREAD, RECOUNT, this::recount);
  }

  private void preload(Catalog catalog) throws SQLException {
    try {
      catalog.read(cache.preload());
    } catch (SQLException e) {
      throw new SQLException("series are looked up one by one instead: " + e.getMessage(), e);
    }
  }

  /** Counts each node's active series: the budget's own sum since the last count is an estimate. */
  private void recount() {
    long since = System.currentTimeMillis() - ACTIVE.toMillis();
    budget.recount(cache.activity(since, Set.of()).activeSeries());
  }
}
