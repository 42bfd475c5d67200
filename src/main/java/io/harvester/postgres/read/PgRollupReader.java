// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.read;

import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.pg.SqlErrors;
import io.harvester.postgres.read.SeriesGroup.IdRange;
import io.harvester.read.Matcher;
import io.harvester.read.Rollup;
import io.harvester.read.RollupReader;
import io.harvester.read.SeriesReader;
import io.harvester.read.SeriesSelection;
import io.harvester.storage.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Reads rollups through the views {@code rolled_5m} and {@code rolled_1h}, in every tier alike. */
final class PgRollupReader implements RollupReader {
  private static final long PERIOD_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long NEVER = Long.MAX_VALUE;
  private static final int FETCH_SIZE = 1_000;

  /** The choice is that of harvester.rolled_query: rollups where samples are deleted. */
  private static final String COVERAGE =
      """
      SELECT keep_samples > '0' AND keep_1h > '0' AND isfinite(complete_until),
             least(date_trunc('hour', complete_until, 'UTC'),
                   date_trunc('hour', now() - keep_samples, 'UTC') + interval '1 hour'),
             CASE WHEN keep_5m > '0' THEN greatest(now() - keep_5m, made_from, '1970-01-01') END
        FROM harvester.rollup_progress
      """;

  private static final String ROLLUPS =
      """
      SELECT series_id, time, samples, first_time, last_time,
             first, last, lowest, highest, total, dropped
        FROM harvester.%s
       WHERE node_id = ANY (?) AND time > ? AND time <= ?
         AND first_series <= ? AND last_series >= ? AND series_id BETWEEN ? AND ?
       ORDER BY series_id, time
      """;

  private final ReadConnections connections;
  private final SeriesReader series;
  private Coverage coverage = Coverage.NONE;
  private long readAt = System.nanoTime() - PERIOD_NANOS;

  /** Finds series as the given reader does. */
  PgRollupReader(ReadConnections connections, SeriesReader series) {
    this.connections = connections;
    this.series = series;
  }

  @Override
  public synchronized Coverage coverage() throws StoreException {
    if (System.nanoTime() - readAt >= PERIOD_NANOS) {
      use(
          connection -> {
            try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(COVERAGE)) {
              coverage =
                  row.next() && row.getBoolean(1)
                      ? new Coverage(
                          millis(row, 2), row.getObject(3) == null ? NEVER : millis(row, 3))
                      : Coverage.NONE;
            }
          });
      readAt = System.nanoTime();
    }
    return coverage;
  }

  private static long millis(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant().toEpochMilli();
  }

  @Override
  public void read(
      List<Matcher> matchers,
      long from,
      long to,
      long span,
      Visitor visitor,
      BooleanSupplier cancelled)
      throws StoreException {
    SeriesSelection selection = series.find(matchers, Long.MIN_VALUE);
    for (int[] members : new SeriesGroups(selection, 1).within(from, to)) {
      if (cancelled.getAsBoolean()) {
        return;
      }
      SeriesGroup group = new SeriesGroup(selection, members);
      use(
          connection -> {
            connection.setAutoCommit(false); // otherwise pgjdbc fetches all rows at once
            try {
              for (IdRange range : group.ranges()) {
                pass(rows(connection, group, range, from, to, span), group, visitor, cancelled);
              }
            } finally {
              connection.rollback();
              connection.setAutoCommit(true);
            }
          });
    }
  }

  /** The statement is closed with its rows. */
  private static ResultSet rows(
      Connection connection, SeriesGroup group, IdRange range, long from, long to, long span)
      throws SQLException {
    PreparedStatement select =
        connection.prepareStatement(ROLLUPS.formatted(span < HOUR ? "rolled_5m" : "rolled_1h"));
    select.closeOnCompletion();
    select.setFetchSize(FETCH_SIZE);
    select.setArray(1, connection.createArrayOf("int4", group.nodes()));
    select.setObject(2, PgTimestamps.utc(from));
    select.setObject(3, PgTimestamps.utc(to));
    select.setLong(4, range.last());
    select.setLong(5, range.first());
    select.setLong(6, range.first());
    select.setLong(7, range.last());
    return select.executeQuery();
  }

  private static void pass(
      ResultSet rows, SeriesGroup group, Visitor visitor, BooleanSupplier cancelled)
      throws SQLException {
    try (rows) {
      int position = -1;
      List<Rollup> rollups = new ArrayList<>();
      while (rows.next() && !cancelled.getAsBoolean()) {
        int next = group.position(rows.getLong(1));
        if (next != position && !rollups.isEmpty()) {
          visitor.series(group.labels(position), rollups);
          rollups = new ArrayList<>();
        }
        position = next;
        if (position >= 0) {
          rollups.add(rollup(rows));
        }
      }
      if (!rollups.isEmpty()) {
        visitor.series(group.labels(position), rollups);
      }
    }
  }

  private static Rollup rollup(ResultSet row) throws SQLException {
    return new Rollup(
        millis(row, 2),
        row.getInt(3),
        millis(row, 4),
        millis(row, 5),
        row.getDouble(6),
        row.getDouble(7),
        row.getDouble(8),
        row.getDouble(9),
        row.getDouble(10),
        row.getDouble(11));
  }

  private void use(ReadConnections.Use use) throws StoreException {
    try {
      connections.use(use);
    } catch (SQLException e) {
      throw SqlErrors.translate("rollups cannot be read", e);
    }
  }
}
