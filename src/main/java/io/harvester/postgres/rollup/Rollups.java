// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.rollup;

import io.harvester.postgres.pg.PgTimestamps;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/** The rollups of one database: which are made, and for how long they are kept. */
public final class Rollups {
  private static final Duration BUCKET_PARTITION = Duration.ofDays(8);
  private static final Duration HOUR_PARTITION = Duration.ofDays(64);

  private final Duration keepSamples;
  private final Duration keepBuckets;
  private final Duration keepHours;
  private final RollupTables buckets = new RollupTables("rollup_5m", BUCKET_PARTITION);
  private final RollupTables hours = new RollupTables("rollup_1h", HOUR_PARTITION);

  /**
   * Rollups with a retention each.
   *
   * @param keepSamples how long samples are kept; zero: forever
   * @param keepBuckets how long those of 5 minutes are kept; zero: none are made
   * @param keepHours how long those of 1 hour are kept, at least as long; zero: none are made
   */
  public Rollups(Duration keepSamples, Duration keepBuckets, Duration keepHours) {
    this.keepSamples = keepSamples;
    this.keepBuckets = keepBuckets;
    this.keepHours = keepHours;
  }

  /** Whether none are made. */
  public boolean isOff() {
    return keepHours.isZero();
  }

  /** Whether those of 1 hour are kept for an hour that ended then, ms since the epoch. */
  boolean hasHours(long hourEnd, Instant now) {
    return Instant.ofEpochMilli(hourEnd).isAfter(now.minus(keepHours));
  }

  /** The same for those of 5 minutes. */
  boolean hasBuckets(long hourEnd, Instant now) {
    return Instant.ofEpochMilli(hourEnd).isAfter(now.minus(keepBuckets));
  }

  /**
   * Creates the partitions for the rollups of samples with {@code start <= time < end}. To be
   * called outside of transactions.
   */
  public void prepare(Connection connection, Instant start, Instant end) throws SQLException {
    Instant now = Instant.now();
    Instant first = Instant.ofEpochMilli(HourRollup.hourEnd(start.toEpochMilli()));
    Instant last = Instant.ofEpochMilli(HourRollup.hourEnd(end.toEpochMilli()));
    if (!isOff() && hasHours(last.toEpochMilli(), now)) {
      hours.create(connection, first, last);
    }
    if (!isOff() && hasBuckets(last.toEpochMilli(), now)) {
      buckets.create(connection, first.minusMillis(HourRollup.HOUR), last);
    }
  }

  /**
   * Records from when to when functions of schema {@code prom} may use rollups.
   *
   * @param completeUntil all samples before it are rolled up; null: not known
   */
  public void record(Connection connection, Instant completeUntil) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE harvester.rollup_progress p
               SET complete_until = v.complete_until, keep_samples = v.keep_samples,
                   keep_5m = v.keep_5m, keep_1h = v.keep_1h
              FROM (SELECT coalesce(?::timestamptz, '-infinity') AS complete_until,
                           make_interval(secs => ?) AS keep_samples,
                           make_interval(secs => ?) AS keep_5m,
                           make_interval(secs => ?) AS keep_1h) v
             WHERE (p.complete_until, p.keep_samples, p.keep_5m, p.keep_1h)
                   IS DISTINCT FROM (v.complete_until, v.keep_samples, v.keep_5m, v.keep_1h)
            """)) {
      update.setObject(1, completeUntil == null ? null : PgTimestamps.utc(completeUntil));
      update.setDouble(2, keepSamples.toSeconds());
      update.setDouble(3, keepBuckets.toSeconds());
      update.setDouble(4, keepHours.toSeconds());
      update.executeUpdate();
    }
  }

  /** Records that no rollups are made for the time being. */
  public void recordNone(Connection connection) throws SQLException {
    record(connection, null);
    try (Statement update = connection.createStatement()) {
      update.executeUpdate(
          "UPDATE harvester.rollup_progress SET made_from = now() + interval '1 day'");
    }
  }

  /** Makes rollups on a connection, in its transactions. */
  public NodeRollups on(Connection connection, RawSamples raw) {
    return new NodeRollups(this, connection, raw);
  }

  /**
   * Drops what has expired.
   *
   * @return how many partitions were dropped
   */
  public int dropExpired(Connection connection, Instant now) throws SQLException {
    return buckets.dropBefore(connection, now.minus(keepBuckets))
        + hours.dropBefore(connection, now.minus(keepHours));
  }
}
