package io.harvester.postgres.pg;

import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the database once a second whether it is there: for readiness and quick refusals. */
public final class DatabaseMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseMonitor.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "monitor"));
  private final Pool pool;
  private volatile boolean reachable = true;

  public DatabaseMonitor(Pool pool) {
    this.pool = pool;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the task catches what it can throw
  public void start() {
    scheduler.scheduleWithFixedDelay(this::ask, 1, 1, TimeUnit.SECONDS);
  }

  public boolean isReachable() {
    return reachable;
  }

  private void ask() {
    try {
      Await.result(pool.query("SELECT FROM harvester.installation").execute(), TIMEOUT);
      if (!reachable) {
        LOG.info("database is back");
      }
      reachable = true;
    } catch (DatabaseException e) {
      lost(e.getMessage());
    } catch (RuntimeException e) { // a task that throws would never run again
      lost(e.toString());
    }
  }

  private void lost(String why) {
    if (scheduler.isShutdown()) {
      return; // cut off by a stop, which says nothing of the database
    }
    if (reachable) {
      LOG.warn("database unreachable: {}", why);
    }
    reachable = false;
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
  }
}
