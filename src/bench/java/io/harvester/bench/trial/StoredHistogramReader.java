// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/** Reads the native histograms that an aggregator stored. */
final class StoredHistogramReader {
  private static final String SELECT =
      """
      SELECT series_id, (extract(epoch FROM time) * 1e6)::bigint, schema, count_int,
             ('x' || encode(float8send(count_float), 'hex'))::bit(64)::bigint,
             ('x' || encode(float8send(sum), 'hex'))::bit(64)::bigint, zero_threshold,
             zero_count_int, ('x' || encode(float8send(zero_count_float), 'hex'))::bit(64)::bigint,
             positive_offsets, positive_lengths, positive_counts_int, positive_counts_float,
             negative_offsets, negative_lengths, negative_counts_int, negative_counts_float,
             custom_values
        FROM harvester.native_histogram
       WHERE node_id IN (SELECT node_id FROM harvester.node WHERE starts_with(name, ?))
         AND time BETWEEN to_timestamp(?) AND to_timestamp(?)
      """;

  private StoredHistogramReader() {}

  /**
   * Reads the histograms of the nodes with this prefix; the value is the {@link HistogramDigest}.
   */
  static void read(
      Connection connection, String prefix, long from, long to, StoredSampleReader.RowReader reader)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SELECT)) {
      select.setString(1, prefix);
      select.setDouble(2, from / 1000.0);
      select.setDouble(3, to / 1000.0);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          reader.row(row.getLong(1), row.getLong(2), digest(row));
        }
      }
    }
  }

  private static long digest(ResultSet row) throws SQLException {
    row.getLong(4);
    boolean isFloat = row.wasNull();
    HistogramDigest digest =
        new HistogramDigest()
            .add(row.getInt(3))
            .add(row.getLong(isFloat ? 5 : 4))
            .add(row.getLong(6))
            .add(row.getDouble(7))
            .add(row.getLong(isFloat ? 9 : 8));
    for (int side = 10; side <= 14; side += 4) {
      digest.addSide(
          ints(row.getArray(side)),
          ints(row.getArray(side + 1)),
          isFloat ? bits(row.getArray(side + 3)) : longs(row.getArray(side + 2)));
    }
    Arrays.stream((Double[]) row.getArray(18).getArray()).forEach(digest::add);
    return digest.hash();
  }

  private static int[] ints(Array array) throws SQLException {
    return Arrays.stream((Integer[]) array.getArray()).mapToInt(Integer::intValue).toArray();
  }

  private static long[] longs(Array array) throws SQLException {
    return Arrays.stream((Long[]) array.getArray()).mapToLong(Long::longValue).toArray();
  }

  private static long[] bits(Array array) throws SQLException {
    return Arrays.stream((Double[]) array.getArray())
        .mapToLong(Double::doubleToRawLongBits)
        .toArray();
  }
}
