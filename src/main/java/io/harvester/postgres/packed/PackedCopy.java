// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import io.harvester.postgres.pg.BinaryBuffer;
import io.harvester.postgres.pg.PgTimestamps;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.core.Oid;

/**
 * Writes clocks and packed series by COPY in binary format (PostgreSQL manual, "COPY", Binary
 * Format), which keeps the bits of a NaN.
 */
final class PackedCopy {
  private static final byte[] SIGNATURE =
      "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);

  private static final String TIMES =
      "COPY harvester.packed_time (time, clock_id, node_id, ord) FROM STDIN (FORMAT binary)";

  private static final String SAMPLES =
      "COPY harvester.packed_sample (clock_id, series_id, node_id, stale, value)"
          + " FROM STDIN (FORMAT binary)";

  private static final int MESSAGE_BYTES = 1 << 16;

  /**
   * PostgreSQL compresses nothing in a row of less than 2,032 bytes. So shorter arrays are padded
   * with zeros, which compress to a few bytes. They come first, because an array whose beginning
   * does not compress is not compressed at all; subscript 1 remains the first value.
   */
  private static final int MIN_VALUES = 256;

  /** What it compresses to more than this share of their size, it stores as they are. */
  private static final double MAX_SHARE = 0.75;

  private final Connection connection;
  private final PglzEstimate estimate = new PglzEstimate();
  private final BinaryBuffer buffer = new BinaryBuffer();

  PackedCopy(Connection connection) {
    this.connection = connection;
  }

  @FunctionalInterface
  private interface Rows {
    void write(CopyIn copy) throws SQLException;
  }

  void times(int nodeId, List<Clock> clocks) throws SQLException {
    copy(
        TIMES,
        copy -> {
          for (Clock clock : clocks) {
            for (int i = 0; i < clock.times().length; i++) {
              begin(copy, 4);
              number(PgTimestamps.toBinary(clock.times()[i]));
              number(clock.id());
              number(nodeId);
              number(i + 1);
            }
          }
        });
  }

  void samples(int nodeId, BlockCutter.Cut cut) throws SQLException {
    copy(
        SAMPLES,
        copy -> {
          for (BlockCutter.Placed placed : cut.series()) {
            Clock clock = cut.clocks().get(placed.clock());
            begin(copy, 5);
            number(clock.id());
            number(placed.series().seriesId);
            number(nodeId);
            buffer.putInt(1);
            buffer.putByte(placed.series().isStale() ? 1 : 0);
            array(placed.series(), clock.times());
          }
        });
  }

  private void copy(String sql, Rows rows) throws SQLException {
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    try {
      buffer.clear();
      for (byte each : SIGNATURE) {
        buffer.putByte(each);
      }
      buffer.putInt(0);
      buffer.putInt(0);
      rows.write(copy);
      buffer.putByte(-1);
      buffer.putByte(-1);
      copy.writeToCopy(buffer.array(), 0, buffer.length());
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private void begin(CopyIn copy, int columns) throws SQLException {
    if (buffer.length() >= MESSAGE_BYTES) {
      copy.writeToCopy(buffer.array(), 0, buffer.length());
      buffer.clear();
    }
    buffer.putByte(0);
    buffer.putByte(columns);
  }

  private void number(long value) {
    buffer.putInt(8);
    buffer.putLong(value);
  }

  private void number(int value) {
    buffer.putInt(4);
    buffer.putInt(value);
  }

  /** How many zeros come first: none if the values do not compress even with them. */
  private int padding(SeriesColumn series) {
    int padding = Math.max(0, MIN_VALUES - series.count());
    int limit = (int) (MIN_VALUES * Double.BYTES * MAX_SHARE);
    if (series.count() * Double.BYTES <= limit - padding) {
      return padding; // the zeros alone are enough
    }
    return padding > 0 && estimate.bytes(series) <= limit ? padding : 0;
  }

  /** One dimension of float8, with NULL where the series has no sample. */
  private void array(SeriesColumn series, long[] times) {
    int padding = padding(series);
    int lengthAt = buffer.length();
    buffer.putInt(0);
    buffer.putInt(1);
    buffer.putInt(series.count() < times.length ? 1 : 0);
    buffer.putInt(Oid.FLOAT8);
    buffer.putInt(padding + times.length);
    buffer.putInt(1 - padding);
    for (int i = 0; i < padding; i++) {
      number(0L);
    }
    int next = 0;
    for (long time : times) {
      if (next < series.count() && series.time(next) == time) {
        number(series.bits(next++));
      } else {
        buffer.putInt(-1);
      }
    }
    buffer.setInt(lengthAt, buffer.length() - lengthAt - 4);
    if (next < series.count()) {
      throw new IllegalStateException(
          "series " + series.seriesId + " has a time that its clock lacks");
    }
  }
}
