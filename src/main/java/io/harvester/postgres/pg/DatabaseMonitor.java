// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.harvester.schedule.Scheduler;
import io.vertx.sqlclient.Pool;
import java.time.Duration;

/** Queries the database once a second: for readiness, and to refuse requests without a timeout. */
public final class DatabaseMonitor {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Pool pool;
  private volatile boolean reachable = true;

  /** Assumes that the database answers until the first query fails. */
  public DatabaseMonitor(Pool pool) {
    this.pool = pool;
  }

  /** Starts the queries; they end with the scheduler, which also logs their failures. */
  public void start(Scheduler scheduler) {
    scheduler.every("database-check", INTERVAL, this::check);
  }

  /** Whether the last query was answered. */
  public boolean isReachable() {
    return reachable;
  }

  private void check() throws DatabaseException {
    boolean answered = false;
    try {
      Await.result(pool.query("SELECT FROM harvester.installation").execute(), TIMEOUT);
      answered = true;
    } finally {
      reachable = answered;
    }
  }
}
