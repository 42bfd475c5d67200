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

/** Reads stored samples of given series through the unique index, one index range per series. */
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
      find.setObject(2, PgTimestamps.utc(from));
      find.setObject(3, PgTimestamps.utc(to));
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
