// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.read;

import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.read.SeriesGroup.IdRange;
import io.harvester.series.SeriesId;
import io.harvester.wire.NativeHistogram;
import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Fetches native histograms, which are rows of one table in every tier. */
final class HistogramSource {
  private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int FETCH_SIZE = 1_000;

  /** Steps from metric to metric in the index on (series_id, time): few metrics have histograms. */
  private static final String METRICS =
      """
      WITH RECURSIVE step (id) AS (
        (SELECT series_id FROM harvester.native_histogram ORDER BY series_id LIMIT 1)
        UNION ALL
        SELECT (SELECT h.series_id FROM harvester.native_histogram h
                 WHERE h.series_id >= ((step.id >> %1$d) + 1) << %1$d
                 ORDER BY h.series_id LIMIT 1)
          FROM step WHERE step.id IS NOT NULL)
      SELECT id >> %1$d FROM step WHERE id IS NOT NULL
      """
          .formatted(SeriesId.SEQUENCE_BITS);

  private static final String ROWS =
      """
      SELECT series_id, time, schema, count_int, count_float, float8send(sum), zero_threshold,
             zero_count_int, zero_count_float,
             positive_offsets, positive_lengths, positive_counts_int, positive_counts_float,
             negative_offsets, negative_lengths, negative_counts_int, negative_counts_float,
             custom_values, reset_hint, start_time
        FROM harvester.native_histogram
       WHERE series_id = ANY (?) AND time BETWEEN ? AND ?
       ORDER BY series_id, time
      """;

  private volatile boolean stale;
  private Set<Long> metrics = Set.of();
  private long readAt = System.nanoTime() - PERIOD_NANOS;

  /** Adds the histograms in {@code [from, to]}, ms since the epoch, of all series of the group. */
  void read(Connection connection, SeriesGroup group, long from, long to, BooleanSupplier cancelled)
      throws SQLException {
    Set<Long> withHistograms = metrics(connection);
    Long[] ids = idsOf(group, withHistograms);
    if (ids.length == 0 || cancelled.getAsBoolean()) {
      return;
    }
    connection.setAutoCommit(false); // otherwise pgjdbc fetches all rows at once
    try (PreparedStatement select = connection.prepareStatement(ROWS)) {
      select.setFetchSize(FETCH_SIZE);
      select.setArray(1, connection.createArrayOf("bigint", ids));
      select.setObject(2, PgTimestamps.utc(from));
      select.setObject(3, PgTimestamps.utc(to));
      try (ResultSet row = select.executeQuery()) {
        while (row.next() && !cancelled.getAsBoolean()) {
          group.addHistogram(group.position(row.getLong(1)), histogram(row));
        }
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private static Long[] idsOf(SeriesGroup group, Set<Long> withHistograms) {
    if (group.ranges().stream().noneMatch(range -> hasAny(range, withHistograms))) {
      return new Long[0];
    }
    return IntStream.range(0, group.size())
        .mapToObj(group::id)
        .filter(id -> withHistograms.contains(id >>> SeriesId.SEQUENCE_BITS))
        .toArray(Long[]::new);
  }

  private static boolean hasAny(IdRange range, Set<Long> metrics) {
    for (long metric : metrics) {
      if (metric >= range.first() >>> SeriesId.SEQUENCE_BITS
          && metric <= range.last() >>> SeriesId.SEQUENCE_BITS) {
        return true;
      }
    }
    return false;
  }

  /** Looks at the next reading which metrics have histograms. */
  void forget() {
    stale = true;
  }

  private synchronized Set<Long> metrics(Connection connection) throws SQLException {
    long now = System.nanoTime();
    if (stale || now - readAt >= PERIOD_NANOS) {
      stale = false;
      Set<Long> found = new TreeSet<>();
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(METRICS)) {
        while (row.next()) {
          found.add(row.getLong(1));
        }
      }
      metrics = found;
      readAt = now;
    }
    return metrics;
  }

  private static NativeHistogram histogram(ResultSet row) throws SQLException {
    boolean isFloat = row.getObject(5) != null;
    OffsetDateTime start = row.getObject(20, OffsetDateTime.class);
    return new NativeHistogram(
        row.getObject(2, OffsetDateTime.class).toInstant().toEpochMilli(),
        start == null ? 0 : start.toInstant().toEpochMilli(),
        isFloat,
        row.getInt(3),
        row.getInt(19),
        isFloat ? bits(row.getDouble(5)) : row.getLong(4),
        ByteBuffer.wrap(row.getBytes(6)).getLong(), // keeps the bits of a stale marker
        row.getDouble(7),
        isFloat ? bits(row.getDouble(9)) : row.getLong(8),
        side(row, 10, isFloat),
        side(row, 14, isFloat),
        doubles(row.getArray(18)));
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  private static NativeHistogram.Side side(ResultSet row, int first, boolean isFloat)
      throws SQLException {
    return new NativeHistogram.Side(
        ints(row.getArray(first)),
        ints(row.getArray(first + 1)),
        isFloat ? bits(doubles(row.getArray(first + 3))) : longs(row.getArray(first + 2)));
  }

  private static int[] ints(Array array) throws SQLException {
    Integer[] boxed = (Integer[]) array.getArray();
    int[] values = new int[boxed.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = boxed[i];
    }
    return values;
  }

  private static long[] longs(Array array) throws SQLException {
    Long[] boxed = (Long[]) array.getArray();
    long[] values = new long[boxed.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = boxed[i];
    }
    return values;
  }

  private static double[] doubles(Array array) throws SQLException {
    Double[] boxed = (Double[]) array.getArray();
    double[] values = new double[boxed.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = boxed[i];
    }
    return values;
  }

  private static long[] bits(double[] values) {
    long[] bits = new long[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = bits(values[i]);
    }
    return bits;
  }
}
