package io.harvester.postgres.maintenance;

import io.harvester.postgres.catalog.MetricViews;
import io.harvester.postgres.catalog.PgRejectionLog;
import io.harvester.postgres.layout.StorageLayout;
import io.harvester.postgres.pg.SqlErrors;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the storage needs now and then: partitions ahead, retention, views, rejections. */
public final class MaintenanceScheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MaintenanceScheduler.class);

  /**
   * Senders come first after a start: with what they have kept meanwhile, and into chunks that are
   * closed by now. Whatever work a stop left undone waits that long.
   */
  private static final Duration CLOSED_CHUNKS_AFTER = Duration.ofMinutes(2);

  private final ScheduledExecutorService minutely =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "maintenance"));
  private final ScheduledExecutorService secondly =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "catalog-updates"));
  private final StorageLayout layout;
  private final MetricViews views;
  private final PgRejectionLog rejections;
  private final RetentionJob retention;
  private final Clock clock;
  private final Instant closedChunksFrom;

  public MaintenanceScheduler(
      StorageLayout layout,
      MetricViews views,
      PgRejectionLog rejections,
      RetentionJob retention,
      Clock clock) {
    this.layout = layout;
    this.views = views;
    this.rejections = rejections;
    this.retention = retention;
    this.clock = clock;
    this.closedChunksFrom = clock.instant().plus(CLOSED_CHUNKS_AFTER);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // guarded tasks throw nothing
  public void start() {
    secondly.scheduleWithFixedDelay(guarded(rejections::flush), 1, 1, TimeUnit.SECONDS);
    secondly.scheduleWithFixedDelay(guarded(views::refreshMarked), 1, 1, TimeUnit.SECONDS);
    minutely.scheduleWithFixedDelay(guarded(this::care), 1, 60, TimeUnit.SECONDS);
  }

  /** One round of everything that is not urgent. */
  void care() {
    Instant now = clock.instant();
    try {
      layout.makeAhead(now);
      retention.round(now);
      if (!now.isBefore(closedChunksFrom)) {
        layout.maintainClosed(now);
      }
    } catch (SQLException e) {
      if (!minutely.isShutdown()) {
        LOG.warn("storage care put off: {}", SqlErrors.describe(e));
      }
    }
    if (minutely.isShutdown()) {
      return; // cut off by a stop; the next start goes on
    }
    views.refresh();
    rejections.trim();
  }

  /** A scheduled task that throws would never run again. */
  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("storage care failed", e);
      }
    };
  }

  @Override
  public void close() {
    minutely.shutdownNow();
    secondly.shutdown();
    try { // what still runs would find its connections closed
      minutely.awaitTermination(5, TimeUnit.SECONDS);
      secondly.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    rejections.flush();
  }
}
