// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.postgres.columnar.codec.UnreadableColumnException;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.postgres.pg.SqlErrors;
import io.harvester.storage.SampleStore.SampleKeys;
import io.harvester.storage.SampleStore.StoredSamples;
import io.harvester.storage.SampleStore.Visitor;
import io.harvester.storage.StoreException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Reads stored samples node by node, because a columnstore segment is a node: the visitor receives
 * all series of the node in the time range.
 */
public final class NodeSamplesQuery implements StoredSamples {
  private static final String FIND =
      """
      SELECT series_id, (extract(epoch FROM time) * 1000)::bigint, float8send(value)
        FROM harvester.sample WHERE node_id = ? AND time BETWEEN ? AND ?
      """;

  private final Connection connection;
  private final ColumnarChunks chunks;
  private final FastPath fastPath;

  /** Reads on a writer's connection. */
  public NodeSamplesQuery(Connection connection, ColumnarChunks chunks, FastPath fastPath) {
    this.connection = connection;
    this.chunks = chunks;
    this.fastPath = fastPath;
  }

  @Override
  public void find(int[] nodeIds, long[] seriesIds, long from, long to, Visitor visitor)
      throws StoreException {
    try (Statement plan = connection.createStatement();
        PreparedStatement find = connection.prepareStatement(FIND)) {
      // A generic plan would read every chunk.
      plan.execute("SET LOCAL plan_cache_mode = force_custom_plan");
      for (int node : nodeIds) {
        find.setInt(1, node);
        find.setObject(2, PgTimestamps.utc(from));
        find.setObject(3, PgTimestamps.utc(to));
        try (ResultSet row = find.executeQuery()) {
          while (row.next()) {
            visitor.sample(
                row.getLong(1), row.getLong(2), ByteBuffer.wrap(row.getBytes(3)).getLong());
          }
        }
      }
    } catch (SQLException e) {
      throw SqlErrors.translate("comparison with stored samples failed", e);
    }
  }

  /** Reads the compressed columns of the node's whole chunk and decodes them in Java. */
  @Override
  public boolean around(int nodeId, long time, SampleKeys keys) throws StoreException {
    TimeWindows.Window chunk = chunks.of(time);
    CompressedTable table = null;
    try {
      table = chunk == null ? null : chunks.table(connection, chunk);
      if (table == null || !table.holdsAll(connection)) {
        return false;
      }
      keys.range(chunk.start(), chunk.end());
      return CompressedBatchReader.keys(connection, table, nodeId, keys);
    } catch (UnreadableColumnException e) {
      fastPath.detour(table.chunk(), "is compared row by row", e);
      return false;
    } catch (SQLException e) {
      throw SqlErrors.translate("comparison with stored samples failed", e);
    }
  }
}
