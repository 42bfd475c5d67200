// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import io.harvester.postgres.copy.BinaryCopy;
import io.harvester.postgres.pg.PgTimestamps;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.core.Oid;

/** Writes clocks and packed series by COPY. */
final class PackedCopy {
  private static final String TIMES =
      "COPY harvester.packed_time (time, clock_id, node_id, ord) FROM STDIN (FORMAT binary)";

  private static final String SAMPLES =
      "COPY harvester.packed_sample (clock_id, series_id, node_id, stale, value)"
          + " FROM STDIN (FORMAT binary)";

  /**
   * PostgreSQL compresses nothing in a row of less than 2,032 bytes. So shorter arrays are padded
   * with zeros, which compress to a few bytes. They come first, because an array whose beginning
   * does not compress is not compressed at all; subscript 1 remains the first value.
   */
  private static final int MIN_VALUES = 256;

  /** What it compresses to more than this share of their size, it stores as they are. */
  private static final double MAX_SHARE = 0.75;

  private final BinaryCopy out;
  private final PglzEstimate estimate = new PglzEstimate();

  PackedCopy(Connection connection) {
    this.out = new BinaryCopy(connection);
  }

  void times(int nodeId, List<Clock> clocks) throws SQLException {
    out.run(
        TIMES,
        () -> {
          for (Clock clock : clocks) {
            for (int i = 0; i < clock.times().length; i++) {
              out.begin(4);
              out.number(PgTimestamps.toBinary(clock.times()[i]));
              out.number(clock.id());
              out.number(nodeId);
              out.number(i + 1);
            }
          }
        });
  }

  void samples(int nodeId, BlockCutter.Cut cut) throws SQLException {
    out.run(
        SAMPLES,
        () -> {
          for (BlockCutter.Placed placed : cut.series()) {
            Clock clock = cut.clocks().get(placed.clock());
            out.begin(5);
            out.number(clock.id());
            out.number(placed.series().seriesId);
            out.number(nodeId);
            out.flag(placed.series().isStale());
            array(placed.series(), clock.times());
          }
        });
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
    boolean hasNulls = series.count() < times.length;
    int start = out.beginArray(Oid.FLOAT8, padding + times.length, 1 - padding, hasNulls);
    for (int i = 0; i < padding; i++) {
      out.number(0L);
    }
    int next = 0;
    for (long time : times) {
      if (next < series.count() && series.time(next) == time) {
        out.number(series.bits(next++));
      } else {
        out.nulls(1);
      }
    }
    out.endArray(start);
    if (next < series.count()) {
      throw new IllegalStateException(
          "series " + series.seriesId + " has a time that its clock lacks");
    }
  }
}
