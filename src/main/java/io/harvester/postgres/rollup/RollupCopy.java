// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.rollup;

import io.harvester.postgres.copy.BinaryCopy;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.rollup.HourRollup.Shape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.core.Oid;

/** Writes parts by COPY. */
final class RollupCopy {
  private static final String COLUMNS =
      "node_id, part, samples, first_ms, last_ms, first_series, last_series, samples_each,"
          + " first_ms_each, last_ms_each, first, last, lowest, highest, total, dropped)"
          + " FROM STDIN (FORMAT binary)";

  private static final String HOURS = "COPY harvester.rollup_1h (time, series_ids, " + COLUMNS;
  private static final String BUCKETS = "COPY harvester.rollup_5m (time, hour, " + COLUMNS;
  private static final int COLUMN_COUNT = 18;

  private final BinaryCopy out;

  RollupCopy(Connection connection) {
    this.out = new BinaryCopy(connection);
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
    out.run(
        HOURS,
        () -> {
          for (Hour hour : hours) {
            for (int i = 0; i < hour.parts.size(); i++) {
              Part part = hour.parts.get(i);
              begin(hour.hourEnd);
              longs(part, Oid.INT8, true, series -> series.seriesId);
              row(hour.nodeId, hour.firstPart + i, part, HourRollup.WHOLE);
            }
          }
        });
    if (hours.stream().anyMatch(Hour::buckets)) {
      out.run(
          BUCKETS,
          () -> {
            for (Hour hour : hours) {
              for (int i = 0; hour.buckets && i < hour.parts.size(); i++) {
                writeBuckets(hour, hour.parts.get(i), hour.firstPart + i);
              }
            }
          });
    }
  }

  private void writeBuckets(Hour hour, Part part, int number) throws SQLException {
    for (int slot = 0; slot < HourRollup.WHOLE; slot++) {
      if (part.has(slot)) {
        begin(hour.hourEnd - HourRollup.HOUR + (slot + 1) * HourRollup.BUCKET);
        out.number(PgTimestamps.toBinary(hour.hourEnd));
        row(hour.nodeId, number, part, slot);
      }
    }
  }

  private void row(int nodeId, int number, Part part, int slot) {
    HourRollup one = part.series().get(0);
    boolean same = part.sameTimes();
    out.number(nodeId);
    out.number(number);
    if (same) {
      out.number(one.samples[slot]);
      out.number(one.firstMs[slot]);
      out.number(one.lastMs[slot]);
    } else {
      out.nulls(3);
    }
    out.number(one.seriesId);
    out.number(part.series().get(part.series().size() - 1).seriesId);
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

  private void begin(long time) throws SQLException {
    out.begin(COLUMN_COUNT);
    out.number(PgTimestamps.toBinary(time));
  }

  /** An array of eight-byte elements with one for each series, or NULL. */
  private void longs(Part part, int type, boolean present, Longs value) {
    if (present) {
      int start = out.beginArray(type, part.series().size(), 1, false);
      for (HourRollup series : part.series()) {
        out.number(value.of(series));
      }
      out.endArray(start);
    } else {
      out.nulls(1);
    }
  }

  private void ints(Part part, boolean present, Ints value) {
    if (present) {
      int start = out.beginArray(Oid.INT4, part.series().size(), 1, false);
      for (HourRollup series : part.series()) {
        out.number(value.of(series));
      }
      out.endArray(start);
    } else {
      out.nulls(1);
    }
  }
}
