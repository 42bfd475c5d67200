// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.read;

import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.read.SeriesGroup.IdRange;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Fetches samples from table {@code sample} by COPY in binary format, which keeps the bits of a NaN
 * and costs a fraction of a result set.
 */
public final class RowSampleSource implements SampleSource {
  private static final String BY_SERIES =
      """
      COPY (SELECT v.id, s.time, s.value
              FROM unnest('{%s}'::bigint[]) AS v (id),
                   LATERAL (SELECT x.time, x.value FROM harvester.sample x
                             WHERE x.series_id = v.id AND x.time BETWEEN %s AND %s
                            OFFSET 0) s)
        TO STDOUT (FORMAT binary)
      """;

  private static final String BY_RANGE =
      """
      COPY (SELECT x.series_id, x.time, x.value FROM harvester.sample x
             WHERE x.node_id = ANY ('{%s}') AND x.series_id BETWEEN %d AND %d
               AND x.time BETWEEN %s AND %s)
        TO STDOUT (FORMAT binary)
      """;

  private static final int SERIES_PER_STATEMENT = 2_000;
  private static final int ROWS_PER_CHECK = 4_096;

  /** Signature and flags before the first row (PostgreSQL manual, COPY, Binary Format). */
  private static final int HEADER_BYTES = 19;

  private static final int ROW_BYTES = 2 + 3 * (4 + 8);

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
    if (byRange) {
      String nodes = list(Arrays.stream(group.nodes()).mapToLong(Integer::longValue).toArray());
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
          connection, BY_SERIES.formatted(list(ids), literal(from), literal(to)), group, cancelled);
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
    if (cancelled.getAsBoolean()) {
      return;
    }
    CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
    try {
      int rows = 0;
      byte[] message;
      while ((message = copy.readFromCopy()) != null) {
        add(message, group);
        if (++rows % ROWS_PER_CHECK == 0 && cancelled.getAsBoolean()) {
          return;
        }
      }
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  /** A message has one row; the first also has the header, and the last the trailer only. */
  private static void add(byte[] message, SeriesGroup group) {
    int at = message.length >= HEADER_BYTES + 2 && message[0] == 'P' ? HEADER_BYTES : 0;
    if (message.length - at < ROW_BYTES) {
      return;
    }
    ByteBuffer row = ByteBuffer.wrap(message);
    int position = group.position(row.getLong(at + 2 + 4));
    if (position >= 0) {
      group.add(
          position,
          PgTimestamps.toMillis(row.getLong(at + 2 + 4 + 8 + 4)),
          row.getLong(at + 2 + 4 + 8 + 4 + 8 + 4));
    }
  }
}
