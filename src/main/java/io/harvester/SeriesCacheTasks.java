package io.harvester;

import io.harvester.quota.SeriesBudget;
import io.harvester.series.NodeRegistry;
import io.harvester.series.PreloadedSeries;
import io.harvester.series.SeriesCache;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the series in memory: those of a former run are read ahead, those that rest are
 * dropped, those of each node are counted.
 */
final class SeriesCacheTasks {
  private static final Logger LOG = LoggerFactory.getLogger(SeriesCacheTasks.class);

  private static final Duration RECOUNT = Duration.ofMinutes(1);

  /** A series is active for that long after its newest sample. */
  private static final Duration ACTIVE = Duration.ofHours(1);

  /** Measured by a test. */
  private static final int BYTES_PER_SERIES = 64;

  private static final Duration TICK = Duration.ofMinutes(5);

  /** Whoever did not send in that time after the start is looked up one by one. */
  private static final Duration PRELOAD_LIFETIME = Duration.ofMinutes(10);

  private final Vertx vertx;
  private final SeriesCache cache;
  private final NodeRegistry nodes;
  private final SeriesBudget budget;

  SeriesCacheTasks(Vertx vertx, SeriesCache cache, NodeRegistry nodes, SeriesBudget budget) {
    this.vertx = vertx;
    this.cache = cache;
    this.nodes = nodes;
    this.budget = budget;
  }

  /** A cache of as many series as wanted, but no more than a quarter of the heap holds. */
  static SeriesCache cacheOf(int wanted) {
    long fit = Runtime.getRuntime().maxMemory() / 4 / BYTES_PER_SERIES;
    return new SeriesCache((int) Math.min(wanted, fit));
  }

  /** Where the series of a former run come from. */
  interface Catalog {
    void read(PreloadedSeries into) throws SQLException;
  }

  /** Reads series of a former run ahead, while requests are taken already, and goes on caring. */
  void start(Catalog catalog) {
    Thread warmUp = new Thread(() -> warmUp(catalog), "series-preload");
    warmUp.setDaemon(true);
    warmUp.start();
    vertx.setTimer(PRELOAD_LIFETIME.toMillis(), timer -> cache.release());
    every(TICK, cache::tick);
    every(RECOUNT, this::recount);
  }

  private void every(Duration interval, Runnable work) {
    vertx.setPeriodic(
        interval.toMillis(),
        timer ->
            vertx.executeBlocking(
                () -> {
                  work.run();
                  return null;
                },
                false));
  }

  /** Counts each node's active series afresh: what was added up since the last time is a guess. */
  private void recount() {
    long since = System.currentTimeMillis() - ACTIVE.toMillis();
    budget.recount(cache.activeSince(since, nodes));
  }

  private void warmUp(Catalog catalog) {
    try {
      catalog.read(cache.warmUp());
    } catch (SQLException e) {
      LOG.warn("series are not read ahead, but one by one: {}", e.getMessage());
    }
  }
}
