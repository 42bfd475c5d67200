package io.harvester.postgres.columnar.merge;

import io.harvester.postgres.columnar.CompressedBatch;
import io.harvester.postgres.columnar.CompressedBatchArrays;
import io.harvester.postgres.columnar.CompressedBatchReader;
import io.harvester.postgres.columnar.CompressedTable;
import io.harvester.postgres.columnar.Segment;
import io.harvester.postgres.columnar.codec.UnreadableColumnException;
import java.sql.Connection;
import java.sql.PreparedStatement;
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
 * Reads every batch of a closed chunk, node by node, and writes what came in many small ones, a few
 * per flush, as few that are sorted and do not overlap. What {@code compact_chunk} would do row by
 * row in the database is done here on whole columns; it then has nothing left but to see that the
 * chunk is in order. Rows that are there twice come to light by the way, and stay once.
 *
 * <p>A transaction covers some nodes. Batches of late samples may be added meanwhile, and queries
 * see either the old batches or the new ones; only who deletes rows of the chunk or adds them in
 * another way has to wait for its end.
 *
 * <p>The columns of merged batches lie in the TOAST table, out of the way of queries that do not
 * want them; those of written ones lie in line. So a merge leaves the heap nearly empty, and only
 * the TOAST table is written again and again by later merges.
 */
final class SegmentMerge {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentMerge.class);

  /** Whoever waits for the chunk waits for the time that so many rows take. */
  private static final int ROWS_PER_TRANSACTION = 500_000;

  /**
   * What was merged before and is merged again leaves room in the TOAST table. It is used for the
   * next nodes whenever this part of all rows was rewritten, so that the table grows by no more.
   */
  private static final int PARTS = 10;

  /** A node with more rows than fit into this part of the heap is left to the database. */
  private static final int PART_OF_HEAP = 8;

  private final Connection connection;
  private final CompressedTable table;
  private final CompressedBatchArrays columns;
  private final long maxRows;
  private final CompressedBatch.Encoders encoders = new CompressedBatch.Encoders();
  private final CompressedBatch batch = new CompressedBatch();
  private final Segment segment = new Segment();
  private final List<String> places = new ArrayList<>();

  private final Map<Integer, Long> rows = new HashMap<>();
  private final Set<Integer> twice = new TreeSet<>();
  private long removed;
  private long rewritten;

  SegmentMerge(Connection connection, CompressedTable table) throws SQLException {
    this(
        connection, table, Runtime.getRuntime().maxMemory() / PART_OF_HEAP / Segment.BYTES_PER_ROW);
  }

  /** Leaves nodes with more rows to the database. */
  SegmentMerge(Connection connection, CompressedTable table, long maxRows) throws SQLException {
    this.connection = connection;
    this.table = table;
    this.maxRows = Math.min(maxRows, Segment.MAX_ROWS);
    this.columns = CompressedBatchArrays.on(connection);
  }

  /** Merges all nodes of the chunk. */
  void run() throws SQLException {
    Map<Integer, Long> all = rowsByNode();
    long total = all.values().stream().mapToLong(Long::longValue).sum();
    long part = total / PARTS + 1;
    boolean hasToast = hasToast();
    List<Integer> some = new ArrayList<>();
    long rowsOfSome = 0;
    for (Map.Entry<Integer, Long> node : all.entrySet()) {
      if (node.getValue() <= maxRows) {
        some.add(node.getKey());
        rowsOfSome += node.getValue();
      }
      if (rowsOfSome >= Math.min(ROWS_PER_TRANSACTION, part)) {
        merge(some);
        some.clear();
        rowsOfSome = 0;
      }
      if (hasToast && rewritten >= part) {
        table.vacuum(connection);
        rewritten = 0;
      }
    }
    merge(some);
  }

  /** Rows that were there twice, and now are there once. */
  long removed() {
    return removed;
  }

  /** The nodes that had them. */
  Set<Integer> twice() {
    return twice;
  }

  /** Nodes that have other rows now than this saw: too many for it, unreadable, or late ones. */
  List<Integer> unseen() throws SQLException {
    List<Integer> unseen = new ArrayList<>();
    rowsByNode()
        .forEach(
            (node, count) -> {
              if (!count.equals(rows.get(node))) {
                unseen.add(node);
              }
            });
    return unseen;
  }

  private Map<Integer, Long> rowsByNode() throws SQLException {
    Map<Integer, Long> found = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT node_id, sum(_ts_meta_count) FROM " + table.name() + " GROUP BY node_id")) {
      while (row.next()) {
        found.put(row.getInt(1), row.getLong(2));
      }
    }
    return found;
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

  /** The lock keeps a DELETE away that would look for its rows in the batches that go. */
  private void merge(List<Integer> nodes) throws SQLException {
    if (nodes.isEmpty()) {
      return;
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new SQLException("stopped", "57014");
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
    List<CompressedBatchReader.Batch> stored = CompressedBatchReader.all(connection, table, node);
    try {
      long found = stored.stream().mapToLong(CompressedBatchReader.Batch::rows).sum();
      if (found > maxRows) {
        return;
      }
      segment.start((int) found);
      for (CompressedBatchReader.Batch one : stored) {
        segment.add(one.rows(), one.series(), one.times(), one.values());
      }
      if (!isInOrder(stored)) {
        int repeated = segment.sort();
        encode(node);
        replace(stored);
        rewritten += segment.rows();
        if (repeated > 0) {
          LOG.warn(
              "chunk {} node_id={}: {} samples were there twice", table.chunk(), node, repeated);
          twice.add(node);
          removed += repeated;
        }
      }
      rows.put(node, (long) segment.rows());
    } catch (UnreadableColumnException e) {
      LOG.warn(
          "chunk {} node_id={} is left to the database: {}", table.chunk(), node, e.getMessage());
    }
  }

  /** Sorted from batch to batch, and not in more of them than needed. */
  private boolean isInOrder(List<CompressedBatchReader.Batch> stored) {
    int needed = segment.rows() / CompressedBatch.MAX_ROWS + 1;
    return stored.size() <= needed * 2 && segment.isSorted();
  }

  private void encode(int node) throws UnreadableColumnException {
    columns.clear();
    for (int start = 0; start < segment.rows(); ) {
      int end = segment.batchEnd(start);
      batch.fill(node, segment, start, end, encoders);
      if (!batch.readsBack(encoders)) {
        throw new UnreadableColumnException("a batch does not read back as it was written");
      }
      batch.addTo(columns);
      start = end;
    }
  }

  private void replace(List<CompressedBatchReader.Batch> stored) throws SQLException {
    places.clear();
    stored.forEach(one -> places.add(one.place()));
    try (PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM " + table.name() + " WHERE ctid = ANY (?::tid[])");
        PreparedStatement insert =
            connection.prepareStatement(table.insert("unnest" + CompressedTable.parameters()))) {
      delete.setArray(1, connection.createArrayOf("text", places.toArray()));
      if (delete.executeUpdate() != places.size()) {
        throw new SQLException("batches are gone that nobody may delete now", "40001");
      }
      Object[] parameters = columns.parameters();
      for (int i = 0; i < parameters.length; i++) {
        insert.setObject(i + 1, parameters[i]);
      }
      insert.executeUpdate();
    }
  }
}
