// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.pg.SqlErrors;
import io.harvester.storage.SampleStore.StoredSamples;
import io.harvester.storage.SampleStore.Visitor;
import io.harvester.storage.StoreException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/**
 * Reads stored samples of given series through the unique indexes, one index range per series. One
 * statement reads rows and packed samples, so it sees a sample that is being packed exactly once.
 */
public final class IndexedSamplesQuery implements StoredSamples {
  // float8send keeps the bits; text loses the payload of a NaN. OFFSET 0 keeps the planner from
  // turning the index ranges into a scan of the chunk.
  private static final String FIND =
      """
      SELECT s.series_id, (extract(epoch FROM s.time) * 1000)::bigint, float8send(s.value)
        FROM unnest(?) AS v (id)
       CROSS JOIN LATERAL (
             SELECT series_id, time, value FROM harvester.sample
              WHERE series_id = v.id AND time BETWEEN ? AND ? OFFSET 0) s
      UNION ALL
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
    try (Statement plan = connection.createStatement();
        PreparedStatement find = connection.prepareStatement(FIND)) {
      // A generic plan would read every chunk.
      plan.execute("SET LOCAL plan_cache_mode = force_custom_plan");
      find.setObject(1, seriesIds);
      find.setObject(4, seriesIds);
      find.setArray(7, connection.createArrayOf("int4", Arrays.stream(nodeIds).boxed().toArray()));
      for (int start : new int[] {2, 5, 8}) {
        find.setObject(start, PgTimestamps.utc(from));
        find.setObject(start + 1, PgTimestamps.utc(to));
      }
      try (ResultSet row = find.executeQuery()) {
        while (row.next()) {
          visitor.sample(
              row.getLong(1), row.getLong(2), ByteBuffer.wrap(row.getBytes(3)).getLong());
        }
      }
    } catch (SQLException e) {
      throw SqlErrors.translate("comparison with stored samples failed", e);
    }
  }
}
