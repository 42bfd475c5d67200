// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.rollup;

import io.harvester.postgres.pg.PgTimestamps;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rollups of nodes that are stored already. Arrays are read as bytes, for the bits of a NaN.
 */
final class StoredRollups {
  /** Bytes of an array before its elements, and of an element's length. */
  private static final int ARRAY_HEADER = 20;

  private static final int LENGTH = 4;

  private static final String HEADS =
      """
      SELECT time, part, array_send(CASE WHEN w.wanted THEN series_ids END), samples,
             array_send(CASE WHEN w.wanted THEN samples_each END), last_ms,
             array_send(CASE WHEN w.wanted THEN last_ms_each END)
        FROM harvester.rollup_1h,
             LATERAL (SELECT first_series <= ? AND last_series >= ? AS wanted) w
       WHERE node_id = ? AND time = ANY (?::timestamptz[])
      """;

  private static final String ARRAYS =
      " samples, first_ms, last_ms, array_send(samples_each), array_send(first_ms_each),"
          + " array_send(last_ms_each), array_send(first), array_send(last), array_send(lowest),"
          + " array_send(highest), array_send(total), array_send(dropped)";

  private static final String HOURS =
      "SELECT part, time, array_send(series_ids),"
          + ARRAYS
          + " FROM harvester.rollup_1h WHERE node_id = ? AND time = ? AND part = ANY (?)";

  private static final String BUCKETS =
      "SELECT part, time, NULL,"
          + ARRAYS
          + " FROM harvester.rollup_5m WHERE node_id = ? AND time > ? AND time <= ?"
          + " AND part = ANY (?) ORDER BY part";

  private final Connection connection;

  StoredRollups(Connection connection) {
    this.connection = connection;
  }

  /**
   * What is stored of a series in an hour.
   *
   * @param part the number of its part
   * @param samples number of samples
   * @param lastMs time of the last one, in ms since the start of the hour
   */
  record Head(int part, int samples, int lastMs) {}

  /** What is stored of an hour of a node: some series by id, and the number of the next part. */
  static final class Heads {
    final Map<Long, Head> bySeries = new HashMap<>();
    int nextPart;
  }

  /** What is stored of a node in the hours that end then, with these series. */
  Map<Long, Heads> heads(int nodeId, Collection<Long> hourEnds, long firstSeries, long lastSeries)
      throws SQLException {
    Map<Long, Heads> found = new HashMap<>();
    hourEnds.forEach(end -> found.put(end, new Heads()));
    try (PreparedStatement select = connection.prepareStatement(HEADS)) {
      select.setLong(1, lastSeries);
      select.setLong(2, firstSeries);
      select.setInt(3, nodeId);
      select.setArray(
          4,
          connection.createArrayOf(
              "text",
              hourEnds.stream().map(end -> Instant.ofEpochMilli(end).toString()).toArray()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Heads heads = found.get(row.getTimestamp(1).getTime());
          int part = row.getInt(2);
          heads.nextPart = Math.max(heads.nextPart, part + 1);
          if (row.getBytes(3) != null) {
            add(row, part, heads.bySeries);
          }
        }
      }
    }
    return found;
  }

  private static void add(ResultSet row, int part, Map<Long, Head> bySeries) throws SQLException {
    long[] ids = longs(row.getBytes(3));
    int[] samples = ints(row.getBytes(5), ids.length, row.getInt(4));
    int[] lastMs = ints(row.getBytes(7), ids.length, row.getInt(6));
    for (int i = 0; i < ids.length; i++) {
      bySeries.put(ids[i], new Head(part, samples[i], lastMs[i]));
    }
  }

  /** Removes parts of a node in an hour, and returns the series that they had. */
  Collection<HourRollup> take(int nodeId, long hourEnd, Set<Integer> parts) throws SQLException {
    Map<Integer, List<HourRollup>> found = new LinkedHashMap<>();
    Object[] numbers = new HashSet<>(parts).toArray();
    try (PreparedStatement select = connection.prepareStatement(HOURS)) {
      select.setInt(1, nodeId);
      select.setObject(2, PgTimestamps.utc(hourEnd));
      select.setArray(3, connection.createArrayOf("int4", numbers));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          List<HourRollup> part = new ArrayList<>();
          for (long id : longs(row.getBytes(3))) {
            part.add(new HourRollup(id));
          }
          found.put(row.getInt(1), part);
          fill(part, HourRollup.WHOLE, row);
        }
      }
    }
    try (PreparedStatement select = connection.prepareStatement(BUCKETS)) {
      select.setInt(1, nodeId);
      select.setObject(2, PgTimestamps.utc(hourEnd - HourRollup.HOUR));
      select.setObject(3, PgTimestamps.utc(hourEnd));
      select.setArray(4, connection.createArrayOf("int4", numbers));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          long start = row.getTimestamp(2).getTime() - (hourEnd - HourRollup.HOUR);
          fill(found.get(row.getInt(1)), (int) (start / HourRollup.BUCKET) - 1, row);
        }
      }
    }
    delete("rollup_5m", nodeId, hourEnd, numbers);
    delete("rollup_1h", nodeId, hourEnd, numbers);
    return found.values().stream().flatMap(List::stream).toList();
  }

  private void delete(String table, int nodeId, long hourEnd, Object[] parts) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM harvester."
                + table
                + " WHERE node_id = ? AND time > ? AND time <= ? AND part = ANY (?)")) {
      delete.setInt(1, nodeId);
      delete.setObject(2, PgTimestamps.utc(hourEnd - HourRollup.HOUR));
      delete.setObject(3, PgTimestamps.utc(hourEnd));
      delete.setArray(4, connection.createArrayOf("int4", parts));
      delete.executeUpdate();
    }
  }

  private static void fill(List<HourRollup> part, int slot, ResultSet row) throws SQLException {
    int count = part.size();
    int[] samples = ints(row.getBytes(7), count, row.getInt(4));
    int[] firstMs = ints(row.getBytes(8), count, row.getInt(5));
    int[] lastMs = ints(row.getBytes(9), count, row.getInt(6));
    long[] first = longs(row.getBytes(10));
    long[] last = longs(row.getBytes(11));
    long[] lowest = longs(row.getBytes(12));
    long[] highest = longs(row.getBytes(13));
    long[] total = longs(row.getBytes(14));
    long[] dropped = longs(row.getBytes(15));
    for (int i = 0; i < count; i++) {
      HourRollup series = part.get(i);
      series.samples[slot] = samples[i];
      series.firstMs[slot] = firstMs[i];
      series.lastMs[slot] = lastMs[i];
      series.first[slot] = first == null ? series.first[HourRollup.WHOLE] : first[i];
      series.last[slot] = last == null ? series.first[slot] : last[i];
      series.lowest[slot] = lowest == null ? series.first[slot] : lowest[i];
      series.highest[slot] = highest == null ? series.last[slot] : highest[i];
      series.total[slot] =
          total == null
              ? Double.doubleToRawLongBits(samples[i] * Double.longBitsToDouble(series.first[slot]))
              : total[i];
      series.dropped[slot] = dropped == null ? 0 : dropped[i];
    }
  }

  /** The elements of an array in binary form; null if there is none. */
  private static long[] longs(byte[] array) {
    if (array == null) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(array);
    long[] elements = new long[(array.length - ARRAY_HEADER) / (LENGTH + Long.BYTES)];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = bytes.getLong(ARRAY_HEADER + i * (LENGTH + Long.BYTES) + LENGTH);
    }
    return elements;
  }

  /** The same; if there is none, the number that is the same for all. */
  private static int[] ints(byte[] array, int count, int same) {
    int[] elements = new int[count];
    if (array == null) {
      Arrays.fill(elements, same);
      return elements;
    }
    ByteBuffer bytes = ByteBuffer.wrap(array);
    for (int i = 0; i < count; i++) {
      elements[i] = bytes.getInt(ARRAY_HEADER + i * (LENGTH + Integer.BYTES) + LENGTH);
    }
    return elements;
  }
}
