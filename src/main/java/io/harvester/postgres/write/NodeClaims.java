// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.catalog.SeriesQueries;
import io.harvester.postgres.pg.ArrayParameter;
import io.harvester.postgres.pg.StatementPipeline;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore.LockedNodes;
import io.harvester.storage.StoreException;
import io.harvester.storage.StoreException.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.UUID;
import org.postgresql.core.Oid;

/** Locks and updates the rows of table {@code node} on behalf of one writer. */
final class NodeClaims {
  /**
   * Ascending, so that two processes cannot deadlock. Not FOR UPDATE: that would block the
   * registration of new series of these nodes, for which {@link SeriesQueries} takes FOR KEY SHARE.
   */
  private static final String LOCK =
      """
      SELECT node_id, coalesce(writer = ?, false),
             (extract(epoch FROM newest_sample_time) * 1000)::bigint
        FROM harvester.node WHERE node_id = ANY (?) ORDER BY node_id FOR NO KEY UPDATE
      """;

  private static final String UPDATE = "SELECT harvester.record_node_writes(?, ?, ?, ?)";

  private static final String CLAIM = "SELECT harvester.claim_nodes(?, ?, ?, ?)";

  private final Connection connection;
  private final UUID writer;
  private final boolean warmUp;
  private final ArrayParameter nodeIdsSent = new ArrayParameter("_int4", Oid.INT4);
  private final ArrayParameter storedSent = new ArrayParameter("_int8", Oid.INT8);
  private final ArrayParameter newestSent = new ArrayParameter("_int8", Oid.INT8);

  /**
   * Works on a writer's connection.
   *
   * @param writer identifies the writer in {@code node.writer}; memory of a node is outdated once
   *     another writer is found there
   * @param warmUp JIT warm-up: the nodes do not exist, and that is no error
   */
  NodeClaims(Connection connection, UUID writer, boolean warmUp) {
    this.connection = connection;
    this.writer = writer;
    this.warmUp = warmUp;
  }

  /** Locks the rows of these nodes, ascending by id. */
  LockedNodes lock(int[] nodeIds) throws SQLException, StoreException {
    boolean[] lastWrittenHere = new boolean[nodeIds.length];
    long[] newest = new long[nodeIds.length];
    int found = 0;
    try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
      lock.setObject(1, writer);
      lock.setObject(2, nodeIds);
      try (ResultSet row = lock.executeQuery()) {
        while (row.next()) {
          int i = Arrays.binarySearch(nodeIds, row.getInt(1));
          lastWrittenHere[i] = row.getBoolean(2);
          newest[i] = row.getLong(3);
          if (row.wasNull()) {
            newest[i] = LockedNodes.NONE;
          }
          found++;
        }
      }
    }
    if (warmUp) {
      return LockedNodes.empty(nodeIds.length);
    }
    if (found < nodeIds.length) {
      throw new StoreException(
          Kind.NODE_GONE,
          "a node was removed from the catalog while its samples were written",
          null);
    }
    return new LockedNodes(lastWrittenHere, newest);
  }

  /** Adds a statement that locks the batch's nodes and fails if another writer wrote one last. */
  void claim(SampleBatch rows, StatementPipeline pipeline) {
    collect(rows);
    pipeline.addQuery(CLAIM, writer, nodeIdsSent, storedSent, newestSent);
  }

  /** Adds a statement that updates the batch's nodes, which this transaction has locked. */
  void update(SampleBatch rows, StatementPipeline pipeline) {
    collect(rows);
    pipeline.add(UPDATE, writer, nodeIdsSent, storedSent, newestSent);
  }

  private void collect(SampleBatch rows) {
    nodeIdsSent.clear();
    storedSent.clear();
    newestSent.clear();
    if (warmUp) {
      return;
    }
    for (int i = 0; i < rows.nodeIds().length; i++) {
      nodeIdsSent.add(rows.nodeIds()[i]);
      storedSent.add(rows.storedByNode()[i]);
      if (rows.newestByNode()[i] == LockedNodes.NONE) {
        newestSent.addNull();
      } else {
        newestSent.add(rows.newestByNode()[i]);
      }
    }
  }
}
