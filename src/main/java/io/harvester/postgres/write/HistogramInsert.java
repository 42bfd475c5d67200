// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.storage.HistogramRow;
import io.harvester.storage.InsertBatch;
import io.harvester.storage.InsertBatch.Outcome;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleBatch.Conflict;
import io.harvester.wire.NativeHistogram;
import io.harvester.wire.NativeHistogram.Side;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;

/** Inserts native histograms unless they are stored, and detects conflicts with stored ones. */
final class HistogramInsert {
  private static final String INSERT =
      """
      INSERT INTO harvester.native_histogram
             (time, node_id, series_id, schema, count_int, count_float, sum,
              zero_threshold, zero_count_int, zero_count_float,
              positive_offsets, positive_lengths, positive_counts_int, positive_counts_float,
              negative_offsets, negative_lengths, negative_counts_int, negative_counts_float,
              custom_values, reset_hint, start_time)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """;

  private static final int COMPARED = 19;

  // record_send compares bit for bit; the operator = takes all NaN as equal, and 0 and -0. Reset
  // hint and start time depend on when the sender began to scrape: Prometheus ignores them too.
  private static final String COMPARE =
      """
      SELECT record_send(h) = record_send(
               ROW (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    h.reset_hint, h.start_time)::harvester.native_histogram),
             float8send(h.sum)
        FROM harvester.native_histogram h WHERE h.series_id = ? AND h.time = ?
      """;

  private HistogramInsert() {}

  static void insert(Connection connection, SampleBatch into) throws SQLException {
    InsertBatch<HistogramRow> rows = into.histograms();
    int[] inserted;
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (int i = 0; i < rows.size(); i++) {
        bindCompared(insert, rows.get(i));
        bindRest(insert, rows.get(i));
        insert.addBatch();
      }
      inserted = insert.executeBatch();
    }
    for (int i = 0; i < rows.size(); i++) {
      rows.settle(i, inserted[i] > 0 ? Outcome.STORED : compare(connection, rows.get(i), into));
    }
  }

  private static Outcome compare(Connection connection, HistogramRow row, SampleBatch into)
      throws SQLException {
    try (PreparedStatement compare = connection.prepareStatement(COMPARE)) {
      bindCompared(compare, row);
      compare.setLong(COMPARED + 1, row.seriesId());
      compare.setObject(COMPARED + 2, PgTimestamps.utc(row.histogram().time()));
      try (ResultSet stored = compare.executeQuery()) {
        stored.next();
        if (stored.getBoolean(1)) {
          return Outcome.DUPLICATE;
        }
        into.add(
            new Conflict(
                row.nodeId(),
                row.seriesId(),
                row.histogram().time(),
                ByteBuffer.wrap(stored.getBytes(2)).getLong(),
                row.histogram().sumBits()));
        return Outcome.CONFLICT;
      }
    }
  }

  private static void bindCompared(PreparedStatement to, HistogramRow row) throws SQLException {
    NativeHistogram h = row.histogram();
    to.setObject(1, PgTimestamps.utc(h.time()));
    to.setInt(2, row.nodeId());
    to.setLong(3, row.seriesId());
    to.setInt(4, h.schema());
    bindCount(to, 5, h.count(), h.isFloat());
    to.setDouble(7, Double.longBitsToDouble(h.sumBits()));
    to.setDouble(8, h.zeroThreshold());
    bindCount(to, 9, h.zeroCount(), h.isFloat());
    bindSide(to, 11, h.positive(), h.isFloat());
    bindSide(to, 15, h.negative(), h.isFloat());
    to.setObject(COMPARED, h.customValues());
  }

  private static void bindRest(PreparedStatement to, HistogramRow row) throws SQLException {
    to.setInt(COMPARED + 1, row.histogram().resetHint());
    if (row.startTime() > 0 && row.startTime() <= row.histogram().time()) {
      to.setObject(COMPARED + 2, PgTimestamps.utc(row.startTime()));
    } else {
      to.setNull(COMPARED + 2, Types.TIMESTAMP_WITH_TIMEZONE);
    }
  }

  private static void bindCount(PreparedStatement to, int at, long count, boolean isFloat)
      throws SQLException {
    if (isFloat) {
      to.setNull(at, Types.BIGINT);
      to.setDouble(at + 1, Double.longBitsToDouble(count));
    } else {
      to.setLong(at, count);
      to.setNull(at + 1, Types.DOUBLE);
    }
  }

  private static void bindSide(PreparedStatement to, int at, Side side, boolean isFloat)
      throws SQLException {
    to.setObject(at, side.offsets());
    to.setObject(at + 1, side.lengths());
    if (isFloat) {
      to.setNull(at + 2, Types.ARRAY);
      to.setObject(
          at + 3, Arrays.stream(side.counts()).mapToDouble(Double::longBitsToDouble).toArray());
    } else {
      to.setObject(at + 2, side.counts());
      to.setNull(at + 3, Types.ARRAY);
    }
  }
}
