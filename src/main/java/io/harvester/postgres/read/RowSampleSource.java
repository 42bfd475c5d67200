// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.read;

import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.pg.SampleCopyOut;
import io.harvester.postgres.read.SeriesGroup.IdRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Fetches samples as rows: those of table {@code sample}, and packed ones, which it unpacks. */
public final class RowSampleSource implements SampleSource {
  private static final String BY_SERIES =
      """
      SELECT v.id, s.time, s.value
        FROM unnest('{%1$s}'::bigint[]) AS v (id),
             LATERAL (SELECT x.time, x.value FROM harvester.sample x
                       WHERE x.series_id = v.id AND x.time BETWEEN %2$s AND %3$s
                      OFFSET 0) s
      UNION ALL
      SELECT p.id, c.time, p.value[c.ord]
        FROM (SELECT v.id, x.clock_id, x.value
                FROM unnest('{%1$s}'::bigint[]) AS v (id)
                     JOIN harvester.series r ON r.series_id = v.id,
                     LATERAL (SELECT clock_id, array_cat(value, '{}') AS value
                                FROM harvester.packed_sample
                               WHERE node_id = r.node_id AND series_id = v.id
                                 AND clock_id >= harvester.packed_hour(%2$s)
                                 AND clock_id < harvester.packed_hour(%3$s) + (1::bigint << 40)
                              OFFSET 0) x) p
             JOIN (SELECT clock_id, time, ord FROM harvester.packed_time
                    WHERE node_id = ANY ('{%4$s}') AND time BETWEEN %2$s AND %3$s
                   OFFSET 0) c
             USING (clock_id)
       WHERE p.value[c.ord] IS NOT NULL
      """;

  private static final String BY_RANGE =
      """
      SELECT x.series_id, x.time, x.value FROM harvester.sample x
       WHERE x.node_id = ANY ('{%s}') AND x.series_id BETWEEN %d AND %d
         AND x.time BETWEEN %s AND %s
      """;

  private static final int SERIES_PER_STATEMENT = 2_000;
  private final boolean byRange;

  private RowSampleSource(boolean byRange) {
    this.byRange = byRange;
  }

  /** Looks each series up, where the table has an index on {@code (series_id, time)}. */
  public static RowSampleSource bySeries() {
    return new RowSampleSource(false);
  }

  /** Reads ranges of ids of some nodes, where the table is columnar. */
  public static RowSampleSource byRange() {
    return new RowSampleSource(true);
  }

  @Override
  public void read(
      Connection connection, SeriesGroup group, long from, long to, BooleanSupplier cancelled)
      throws SQLException {
    String nodes = list(Arrays.stream(group.nodes()).mapToLong(Integer::longValue).toArray());
    if (byRange) {
      for (IdRange range : group.ranges()) {
        copy(
            connection,
            BY_RANGE.formatted(nodes, range.first(), range.last(), literal(from), literal(to)),
            group,
            cancelled);
      }
      return;
    }
    for (int start = 0; start < group.size(); start += SERIES_PER_STATEMENT) {
      long[] ids = new long[Math.min(SERIES_PER_STATEMENT, group.size() - start)];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = group.id(start + i);
      }
      copy(
          connection,
          BY_SERIES.formatted(list(ids), literal(from), literal(to), nodes),
          group,
          cancelled);
    }
  }

  private static String list(long[] numbers) {
    return Arrays.stream(numbers).mapToObj(Long::toString).collect(Collectors.joining(","));
  }

  private static String literal(long millis) {
    return "'" + PgTimestamps.utc(millis) + "'::timestamptz";
  }

  private static void copy(
      Connection connection, String sql, SeriesGroup group, BooleanSupplier cancelled)
      throws SQLException {
    SampleCopyOut.read(
        connection,
        sql,
        cancelled,
        (seriesId, time, bits) -> {
          int position = group.position(seriesId);
          if (position >= 0) {
            group.add(position, time, bits);
          }
        });
  }
}
