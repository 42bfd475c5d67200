// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import io.harvester.postgres.columnar.CompressedBatch;
import io.harvester.postgres.columnar.CompressedBatchReader;
import io.harvester.postgres.columnar.CompressedBatchReader.StoredBatch;
import io.harvester.postgres.columnar.CompressedTable;
import io.harvester.postgres.columnar.Segment;
import io.harvester.postgres.columnar.codec.UnreadableColumnException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the many small compressed batches of a closed chunk, a few per write, by few sorted ones
 * that do not overlap, node by node. It does on whole columns what {@code compact_chunk} would do
 * row by row in the database, which then only has to verify that the chunk is in order. Duplicates
 * come to light in the process, and all but one are removed. The sorted columns are rolled up, too.
 *
 * <p>A transaction covers several nodes. Compressed batches of late samples may be inserted
 * meanwhile, and queries see either the old batches or the new ones. Only DELETEs from the chunk
 * and row-wise INSERTs wait until the transaction ends.
 *
 * <p>The columns of merged batches are stored in the TOAST table, where queries that do not need
 * them never read them; those of new batches are stored in line. So a merge leaves the heap nearly
 * empty, and later merges rewrite only the TOAST table.
 */
final class SegmentMerge {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentMerge.class);

  /** Bounds how long other sessions wait for the lock. */
  private static final int ROWS_PER_TRANSACTION = 500_000;

  /**
   * Merging merged batches again leaves free space in the TOAST table. A VACUUM after each tenth of
   * all rows makes it reusable for the next nodes, so that the table grows by no more than that.
   */
  private static final int VACUUMS = 10;

  private static final String QUERY_CANCELED = "57014";

  private final Connection connection;
  private final CompressedTable table;
  private final BatchRewriter rewriter;
  private final ChunkRollups rollups;
  private final long maxRows;

  private final Map<Integer, Long> readRowsByNode = new HashMap<>();
  private final Set<Integer> nodesWithDuplicates = new TreeSet<>();
  private long removedDuplicates;
  private long rewrittenSinceVacuum;

  SegmentMerge(Connection connection, CompressedTable table, ChunkRollups rollups)
      throws SQLException {
    this(connection, table, rollups, BatchRewriter.maxRows());
  }

  /** Leaves nodes with more than {@code maxRows} rows to the database. */
  SegmentMerge(Connection connection, CompressedTable table, ChunkRollups rollups, long maxRows)
      throws SQLException {
    this.connection = connection;
    this.table = table;
    this.rollups = rollups;
    this.maxRows = Math.min(maxRows, Segment.MAX_ROWS);
    this.rewriter = new BatchRewriter(connection, table);
  }

  /**
   * Merges the batches of all nodes. Batches that cannot be decoded are logged and left as they
   * are.
   *
   * @throws SQLException if a transaction fails; the ones before it remain committed
   */
  void run() throws SQLException {
    Map<Integer, Long> rowsByNode = rowsByNode();
    long total = rowsByNode.values().stream().mapToLong(Long::longValue).sum();
    long rowsPerVacuum = total / VACUUMS + 1;
    boolean hasToast = hasToast();
    List<Integer> nodes = new ArrayList<>();
    long rows = 0;
    for (Map.Entry<Integer, Long> node : rowsByNode.entrySet()) {
      if (node.getValue() <= maxRows) {
        nodes.add(node.getKey());
        rows += node.getValue();
      }
      if (rows >= Math.min(ROWS_PER_TRANSACTION, rowsPerVacuum)) {
        merge(nodes);
        nodes.clear();
        rows = 0;
      }
      if (hasToast && rewrittenSinceVacuum >= rowsPerVacuum) {
        table.vacuum(connection);
        rewrittenSinceVacuum = 0;
      }
    }
    merge(nodes);
  }

  /** The number of duplicate samples that were removed. */
  long removedDuplicates() {
    return removedDuplicates;
  }

  /** The {@code node_id}s of the removed duplicates. */
  Set<Integer> nodesWithDuplicates() {
    return nodesWithDuplicates;
  }

  /**
   * The {@code node_id}s of nodes that have other rows than the merge read: too many for the heap,
   * rows that cannot be decoded, or late ones.
   */
  List<Integer> unreadNodes() throws SQLException {
    List<Integer> unread = new ArrayList<>();
    rowsByNode()
        .forEach(
            (node, rows) -> {
              if (!rows.equals(readRowsByNode.get(node))) {
                unread.add(node);
              }
            });
    return unread;
  }

  private Map<Integer, Long> rowsByNode() throws SQLException {
    Map<Integer, Long> rows = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT node_id, sum(_ts_meta_count) FROM " + table.name() + " GROUP BY node_id")) {
      while (row.next()) {
        rows.put(row.getInt(1), row.getLong(2));
      }
    }
    return rows;
  }

  private boolean hasToast() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT pg_relation_size(reltoastrelid) > 0 FROM pg_class WHERE oid = '%s'::regclass"
                    .formatted(table.name()))) {
      return row.next() && row.getBoolean(1);
    }
  }

  /** The lock blocks a DELETE, which would look for its rows in the batches being replaced. */
  private void merge(List<Integer> nodes) throws SQLException {
    if (nodes.isEmpty()) {
      return;
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new SQLException("interrupted by shutdown", QUERY_CANCELED);
    }
    connection.setAutoCommit(false);
    try {
      table.storeInLine(connection, false);
      table.lockForRewriting(connection);
      for (int node : nodes) {
        merge(node);
      }
      table.storeInLine(connection, true);
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private void merge(int node) throws SQLException {
    List<StoredBatch> stored = CompressedBatchReader.read(connection, table, node);
    try {
      long found = stored.stream().mapToLong(StoredBatch::rows).sum();
      if (found > maxRows) {
        return;
      }
      Segment segment = rewriter.decode(stored);
      if (!isInOrder(segment, stored)) {
        int duplicates = segment.sort();
        rewriter.clear();
        rewriter.add(node, stored);
        rewriter.replace();
        rewrittenSinceVacuum += segment.rows();
        if (duplicates > 0) {
          LOG.warn(
              "chunk {} node_id={}: {} duplicate samples removed", table.chunk(), node, duplicates);
          nodesWithDuplicates.add(node);
          removedDuplicates += duplicates;
        }
      }
      rollups.roll(node, segment);
      readRowsByNode.put(node, (long) segment.rows());
    } catch (UnreadableColumnException e) {
      LOG.warn(
          "chunk {} node_id={} is left for the database to compact: {}",
          table.chunk(),
          node,
          e.getMessage());
    }
  }

  /** Whether the batches are sorted, and at most twice as many as needed. */
  private static boolean isInOrder(Segment segment, List<StoredBatch> stored) {
    int needed = segment.rows() / CompressedBatch.MAX_ROWS + 1;
    return stored.size() <= needed * 2 && segment.isSorted();
  }
}
