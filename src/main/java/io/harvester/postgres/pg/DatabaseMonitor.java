// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.harvester.schedule.Scheduler;
import io.vertx.sqlclient.Pool;
import java.time.Duration;

/** Queries the database once a second: for readiness, and to refuse requests without a timeout. */
public final class DatabaseMonitor {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final String QUERY =
      "SELECT NOT current_setting('transaction_read_only')::bool FROM harvester.installation";

  private final Pool pool;
  private volatile String obstacle;

  /** Assumes that the database answers until the first query fails. */
  public DatabaseMonitor(Pool pool) {
    this.pool = pool;
  }

  /** Starts the queries; they end with the scheduler, which also logs their failures. */
  public void start(Scheduler scheduler) {
    scheduler.every("database-check", INTERVAL, this::check);
  }

  /** Why the database cannot be written to, by the last query; null: it can. */
  public String obstacle() {
    return obstacle;
  }

  private void check() throws DatabaseException {
    String found = "the database cannot be reached";
    try {
      boolean writable =
          Await.result(pool.query(QUERY).execute(), TIMEOUT).iterator().next().getBoolean(0);
      found = writable ? null : "the database is read-only";
    } finally {
      obstacle = found;
    }
  }
}
