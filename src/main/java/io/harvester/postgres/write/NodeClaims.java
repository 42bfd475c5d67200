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

/** The rows of table {@code node} that a write transaction locks and updates. */
final class NodeClaims {
  /**
   * Ascending, so that two processes cannot wait for each other; not FOR UPDATE, which would hold
   * up whoever registers a new series of these nodes ({@link SeriesQueries} takes FOR KEY SHARE).
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
  private final boolean rehearsed;
  private final ArrayParameter nodeIdsSent = new ArrayParameter("_int4", Oid.INT4);
  private final ArrayParameter storedSent = new ArrayParameter("_int8", Oid.INT8);
  private final ArrayParameter newestSent = new ArrayParameter("_int8", Oid.INT8);

  /**
   * Works on a connection. The UUID says who writes: what is remembered of nodes that another wrote
   * last is void.
   *
   * @param rehearsed there are no such nodes, and none is missed
   */
  NodeClaims(Connection connection, UUID writer, boolean rehearsed) {
    this.connection = connection;
    this.writer = writer;
    this.rehearsed = rehearsed;
  }

  LockedNodes lock(int[] nodeIds) throws SQLException, StoreException {
    boolean[] lastWrittenByUs = new boolean[nodeIds.length];
    long[] newest = new long[nodeIds.length];
    int found = 0;
    try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
      lock.setObject(1, writer);
      lock.setObject(2, nodeIds);
      try (ResultSet row = lock.executeQuery()) {
        while (row.next()) {
          int i = Arrays.binarySearch(nodeIds, row.getInt(1));
          lastWrittenByUs[i] = row.getBoolean(2);
          newest[i] = row.getLong(3);
          if (row.wasNull()) {
            newest[i] = LockedNodes.NONE;
          }
          found++;
        }
      }
    }
    if (rehearsed) {
      return LockedNodes.made(nodeIds.length);
    }
    if (found < nodeIds.length) {
      throw new StoreException(
          Kind.NODE_GONE, "a node was removed from the catalog while it wrote", null);
    }
    return new LockedNodes(lastWrittenByUs, newest);
  }

  /** Locks the nodes of the rows, and has the transaction fail if another writer was there last. */
  void claim(SampleBatch rows, StatementPipeline pipeline) {
    collect(rows);
    pipeline.addQuery(CLAIM, writer, nodeIdsSent, storedSent, newestSent);
  }

  /** Adds what the transaction means for its nodes, which are locked, to the pipeline. */
  void update(SampleBatch rows, StatementPipeline pipeline) {
    collect(rows);
    pipeline.add(UPDATE, writer, nodeIdsSent, storedSent, newestSent);
  }

  private void collect(SampleBatch rows) {
    nodeIdsSent.clear();
    storedSent.clear();
    newestSent.clear();
    if (rehearsed) {
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
