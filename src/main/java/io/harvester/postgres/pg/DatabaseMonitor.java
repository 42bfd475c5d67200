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

  public DatabaseMonitor(Pool pool) {
    this.pool = pool;
  }

  public void start(Scheduler scheduler) {
    scheduler.every("database-check", INTERVAL, this::check);
  }

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
