// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.maintenance;

import io.harvester.postgres.catalog.MetricViews;
import io.harvester.postgres.catalog.PgRejectionLog;
import io.harvester.postgres.layout.StorageLayout;
import io.harvester.postgres.pg.SqlErrors;
import io.harvester.schedule.Scheduler;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * Runs the periodic work on the database: chunks ahead of time, retention, maintenance of closed
 * chunks, views and the log of rejections.
 */
public final class MaintenanceScheduler implements AutoCloseable {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /**
   * After a start senders deliver what they queued meanwhile, also into chunks that have closed
   * since. Maintenance that a stop interrupted waits until they are served.
   */
  private static final Duration CLOSED_CHUNKS_AFTER = Duration.ofMinutes(2);

  /** The merge looks this often whether a window has finished or writers are less busy. */
  private static final Duration MERGE = Duration.ofSeconds(15);

  private final StorageLayout layout;
  private final BooleanSupplier writersBusy;
  private final MetricViews views;
  private final PgRejectionLog rejections;
  private final RetentionJob retention;
  private final Clock clock;
  private final Instant closedChunksFrom;

  /** Nothing runs before {@link #start}. */
  public MaintenanceScheduler(
      StorageLayout layout,
      BooleanSupplier writersBusy,
      MetricViews views,
      PgRejectionLog rejections,
      RetentionJob retention,
      Clock clock) {
    this.layout = layout;
    this.writersBusy = writersBusy;
    this.views = views;
    this.rejections = rejections;
    this.retention = retention;
    this.clock = clock;
    this.closedChunksFrom = clock.instant().plus(CLOSED_CHUNKS_AFTER);
  }

  /** Starts the tasks; they end with the scheduler. */
  public void start(Scheduler scheduler) {
    scheduler.everyToCompletion("records", SECOND, rejections::write);
    scheduler.everyToCompletion("views", SECOND, views::refreshPending);
    scheduler.every("maintenance", SECOND, MINUTE, this::maintain);
    scheduler.every("maintenance", MERGE, this::merge);
    scheduler.every("maintenance", SECOND, MINUTE, views::refresh);
    scheduler.every("maintenance", SECOND, MINUTE, rejections::trim);
  }

  /** One round of the tasks that run once a minute. */
  void maintain() throws SQLException {
    Instant now = clock.instant();
    try {
      layout.createAhead(now);
      retention.round(now);
      if (!now.isBefore(closedChunksFrom)) {
        layout.maintainClosed(now, writersBusy);
      }
    } catch (SQLException e) {
      throw new SQLException("database maintenance postponed by 60 s: " + SqlErrors.describe(e), e);
    }
  }

  private void merge() throws SQLException {
    try {
      layout.mergeOpen(clock.instant(), writersBusy);
    } catch (SQLException e) {
      throw new SQLException("merge of open chunks postponed: " + SqlErrors.describe(e), e);
    }
  }

  /** Writes the remaining rejections, once the scheduler is closed. */
  @Override
  public void close() {
    rejections.write();
  }
}
