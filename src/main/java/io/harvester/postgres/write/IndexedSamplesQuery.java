// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.pg.SqlErrors;
import io.harvester.storage.SampleStore.StoredSamples;
import io.harvester.storage.SampleStore.Visitor;
import io.harvester.storage.StoreException;
import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/**
 * Reads stored samples of given series through the unique indexes, one index range per series. The
 * catalog is asked only if the time span has packed samples.
 */
public final class IndexedSamplesQuery implements StoredSamples {
  // float8send keeps the bits; text loses the payload of a NaN. OFFSET 0 keeps the planner from
  // turning the index ranges into a scan of the chunk.
  private static final String ROWS =
      """
      SELECT s.series_id, (extract(epoch FROM s.time) * 1000)::bigint, float8send(s.value)
        FROM unnest(?) AS v (id)
       CROSS JOIN LATERAL (
             SELECT series_id, time, value FROM harvester.sample
              WHERE series_id = v.id AND time BETWEEN ? AND ? OFFSET 0) s
      """;

  private static final String HAS_PACKED =
      """
      SELECT EXISTS (SELECT FROM harvester.packed_time
                      WHERE node_id = ANY (?) AND time BETWEEN ? AND ?)
      """;

  private static final String PACKED =
      """
      SELECT p.series_id, (extract(epoch FROM c.time) * 1000)::bigint, float8send(p.value[c.ord])
        FROM (SELECT x.series_id, x.clock_id, x.value
                FROM unnest(?) AS v (id)
                     JOIN harvester.series r ON r.series_id = v.id
               CROSS JOIN LATERAL (
                     SELECT series_id, clock_id, array_cat(value, '{}') AS value
                       FROM harvester.packed_sample
                      WHERE node_id = r.node_id AND series_id = v.id
                        AND clock_id >= harvester.packed_hour(?)
                        AND clock_id < harvester.packed_hour(?) + (1::bigint << 40)
                     OFFSET 0) x) p
             JOIN (SELECT clock_id, time, ord FROM harvester.packed_time
                    WHERE node_id = ANY (?) AND time BETWEEN ? AND ? OFFSET 0) c
             USING (clock_id)
       WHERE p.value[c.ord] IS NOT NULL
      """;

  private final Connection connection;

  /** Reads on a writer's connection. */
  public IndexedSamplesQuery(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void find(int[] nodeIds, long[] seriesIds, long from, long to, Visitor visitor)
      throws StoreException {
    try (Statement plan = connection.createStatement()) {
      // A generic plan would read every chunk.
      plan.execute("SET LOCAL plan_cache_mode = force_custom_plan");
      // The writer has locked the nodes: packing moves none of their samples meanwhile.
      try (PreparedStatement rows = connection.prepareStatement(ROWS)) {
        rows.setObject(1, seriesIds);
        span(rows, 2, from, to);
        visit(rows, visitor);
      }
      Array nodes = connection.createArrayOf("int4", Arrays.stream(nodeIds).boxed().toArray());
      if (hasPacked(nodes, from, to)) {
        try (PreparedStatement packed = connection.prepareStatement(PACKED)) {
          packed.setObject(1, seriesIds);
          span(packed, 2, from, to);
          packed.setArray(4, nodes);
          span(packed, 5, from, to);
          visit(packed, visitor);
        }
      }
    } catch (SQLException e) {
      throw SqlErrors.translate("comparison with stored samples failed", e);
    }
  }

  /** Nearly never: samples that are repeated are recent, and what is recent is not packed. */
  private boolean hasPacked(Array nodes, long from, long to) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(HAS_PACKED)) {
      query.setArray(1, nodes);
      span(query, 2, from, to);
      try (ResultSet row = query.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private static void span(PreparedStatement query, int first, long from, long to)
      throws SQLException {
    query.setObject(first, PgTimestamps.utc(from));
    query.setObject(first + 1, PgTimestamps.utc(to));
  }

  private static void visit(PreparedStatement query, Visitor visitor) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        visitor.sample(row.getLong(1), row.getLong(2), ByteBuffer.wrap(row.getBytes(3)).getLong());
      }
    }
  }
}
