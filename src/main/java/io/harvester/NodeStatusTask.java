// SPDX-License-Identifier: Apache-2.0
package io.harvester;

import io.harvester.postgres.fleet.NodeStatusLog;
import io.harvester.postgres.fleet.NodeUsage;
import io.harvester.postgres.pg.DatabaseException;
import io.harvester.quota.NodeRates;
import io.harvester.quota.Quota;
import io.harvester.quota.SeriesBudget;
import io.harvester.schedule.Scheduler;
import io.harvester.series.Activity;
import io.harvester.series.SeriesCache;
import java.time.Duration;

/**
 * Writes what memory knows of the nodes to the database, for the views of schema {@code fleet}. A
 * round is one pass over the series in memory and three statements, and changes at most a row per
 * node.
 */
final class NodeStatusTask {
  /** The views promise 15 s. */
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final NodeStatusLog log;
  private final SeriesCache cache;
  private final SeriesBudget budget;
  private final NodeRates rates;
  private final Quota standard;
  private boolean quotasWritten;

  NodeStatusTask(
      NodeStatusLog log, SeriesCache cache, SeriesBudget budget, NodeRates rates, Quota standard) {
    this.log = log;
    this.cache = cache;
    this.budget = budget;
    this.rates = rates;
    this.standard = standard;
  }

  void start(Scheduler scheduler) {
    scheduler.every("node-status", Duration.ZERO, INTERVAL, this::round);
  }

  private void round() throws DatabaseException {
    try {
      if (!quotasWritten) {
        log.writeQuotas(standard);
        quotasWritten = true;
      }
      long since = System.currentTimeMillis() - SeriesCacheTasks.ACTIVE.toMillis();
      Activity activity = cache.activity(since, log.infoMetrics());
      log.writeUsage(NodeUsage.of(activity.activeSeries(), budget.newSeries(), rates.takeBytes()));
      log.writeCurrent(activity.current());
    } catch (DatabaseException e) {
      throw new DatabaseException("status of nodes not written: " + e.getMessage(), e);
    }
  }
}
