// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.rollup;

import io.harvester.postgres.pg.BinaryBuffer;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.rollup.HourRollup.Shape;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.core.Oid;

/** Writes parts by COPY in binary format (PostgreSQL manual, "COPY", Binary Format). */
final class RollupCopy {
  private static final byte[] SIGNATURE =
      "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);

  private static final String COLUMNS =
      "node_id, part, samples, first_ms, last_ms, first_series, last_series, samples_each,"
          + " first_ms_each, last_ms_each, first, last, lowest, highest, total, dropped)"
          + " FROM STDIN (FORMAT binary)";

  private static final String HOURS = "COPY harvester.rollup_1h (time, series_ids, " + COLUMNS;
  private static final String BUCKETS = "COPY harvester.rollup_5m (time, hour, " + COLUMNS;
  private static final int COLUMN_COUNT = 18;
  private static final int MESSAGE_BYTES = 1 << 16;

  private final Connection connection;
  private final BinaryBuffer buffer = new BinaryBuffer();

  RollupCopy(Connection connection) {
    this.connection = connection;
  }

  private interface Rows {
    void write(CopyIn copy) throws SQLException;
  }

  private interface Longs {
    long of(HourRollup series);
  }

  private interface Ints {
    int of(HourRollup series);
  }

  /**
   * The parts of one node and hour.
   *
   * @param hourEnd ms since the epoch
   * @param firstPart the number of the first part
   * @param buckets whether to write the buckets of 5 minutes, too
   */
  record Hour(int nodeId, long hourEnd, List<Part> parts, int firstPart, boolean buckets) {}

  /** Writes parts. */
  void write(List<Hour> hours) throws SQLException {
    copy(
        HOURS,
        copy -> {
          for (Hour hour : hours) {
            for (int i = 0; i < hour.parts.size(); i++) {
              Part part = hour.parts.get(i);
              begin(copy, hour.hourEnd);
              longs(part, Oid.INT8, true, series -> series.seriesId);
              row(hour.nodeId, hour.firstPart + i, part, HourRollup.WHOLE);
            }
          }
        });
    if (hours.stream().anyMatch(Hour::buckets)) {
      copy(
          BUCKETS,
          copy -> {
            for (Hour hour : hours) {
              for (int i = 0; hour.buckets && i < hour.parts.size(); i++) {
                writeBuckets(copy, hour, hour.parts.get(i), hour.firstPart + i);
              }
            }
          });
    }
  }

  private void writeBuckets(CopyIn copy, Hour hour, Part part, int number) throws SQLException {
    for (int slot = 0; slot < HourRollup.WHOLE; slot++) {
      if (part.has(slot)) {
        begin(copy, hour.hourEnd - HourRollup.HOUR + (slot + 1) * HourRollup.BUCKET);
        number(PgTimestamps.toBinary(hour.hourEnd));
        row(hour.nodeId, number, part, slot);
      }
    }
  }

  private void row(int nodeId, int number, Part part, int slot) {
    HourRollup one = part.series().get(0);
    boolean same = part.sameTimes();
    number(nodeId);
    number(number);
    if (same) {
      number(one.samples[slot]);
      number(one.firstMs[slot]);
      number(one.lastMs[slot]);
    } else {
      nulls(3);
    }
    number(one.seriesId);
    number(part.series().get(part.series().size() - 1).seriesId);
    ints(part, !same, series -> series.samples[slot]);
    ints(part, !same, series -> series.firstMs[slot]);
    ints(part, !same, series -> series.lastMs[slot]);
    boolean changes = part.shape() != Shape.CONSTANT;
    boolean other = part.shape() == Shape.OTHER;
    // A constant value is stored once, in the row of the hour.
    longs(part, Oid.FLOAT8, changes || slot == HourRollup.WHOLE, series -> series.first[slot]);
    longs(part, Oid.FLOAT8, changes, series -> series.last[slot]);
    longs(part, Oid.FLOAT8, other, series -> series.lowest[slot]);
    longs(part, Oid.FLOAT8, other, series -> series.highest[slot]);
    longs(part, Oid.FLOAT8, changes, series -> series.total[slot]);
    longs(part, Oid.FLOAT8, other, series -> series.dropped[slot]);
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

  private void begin(CopyIn copy, long time) throws SQLException {
    if (buffer.length() >= MESSAGE_BYTES) {
      copy.writeToCopy(buffer.array(), 0, buffer.length());
      buffer.clear();
    }
    buffer.putByte(0);
    buffer.putByte(COLUMN_COUNT);
    number(PgTimestamps.toBinary(time));
  }

  private void number(long value) {
    buffer.putInt(8);
    buffer.putLong(value);
  }

  private void number(int value) {
    buffer.putInt(4);
    buffer.putInt(value);
  }

  private void nulls(int count) {
    for (int i = 0; i < count; i++) {
      buffer.putInt(-1);
    }
  }

  /** An array of eight-byte elements with one for each series, or NULL. */
  private void longs(Part part, int type, boolean present, Longs value) {
    if (present) {
      array(part, type, Long.BYTES);
      for (HourRollup series : part.series()) {
        number(value.of(series));
      }
    } else {
      nulls(1);
    }
  }

  private void ints(Part part, boolean present, Ints value) {
    if (present) {
      array(part, Oid.INT4, Integer.BYTES);
      for (HourRollup series : part.series()) {
        number(value.of(series));
      }
    } else {
      nulls(1);
    }
  }

  /** One dimension, no NULL, subscripts from 1. */
  private void array(Part part, int type, int elementBytes) {
    int count = part.series().size();
    buffer.putInt(20 + count * (4 + elementBytes));
    buffer.putInt(1);
    buffer.putInt(0);
    buffer.putInt(type);
    buffer.putInt(count);
    buffer.putInt(1);
  }
}
