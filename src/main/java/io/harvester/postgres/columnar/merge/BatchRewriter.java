// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import io.harvester.postgres.columnar.BatchSizer;
import io.harvester.postgres.columnar.CompressedBatch;
import io.harvester.postgres.columnar.CompressedBatchArrays;
import io.harvester.postgres.columnar.CompressedBatchReader.StoredBatch;
import io.harvester.postgres.columnar.CompressedTable;
import io.harvester.postgres.columnar.Segment;
import io.harvester.postgres.columnar.codec.UnreadableColumnException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes compressed batches, encodes their rows as new ones, and replaces the old ones by these in
 * the caller's transaction.
 */
final class BatchRewriter {
  /** A node whose rows need more than this fraction of the heap is left to the database. */
  private static final int HEAP_FRACTION = 8;

  private static final String SERIALIZATION_FAILURE = "40001";

  private final Connection connection;
  private final CompressedTable table;
  private final CompressedBatchArrays arrays;
  private final CompressedBatch.Encoders encoders = new CompressedBatch.Encoders();
  private final CompressedBatch batch = new CompressedBatch();
  private final Segment segment = new Segment();
  private final List<String> places = new ArrayList<>();

  BatchRewriter(Connection connection, CompressedTable table) throws SQLException {
    this.connection = connection;
    this.table = table;
    this.arrays = CompressedBatchArrays.on(connection);
  }

  /** The number of rows that the heap of this process has room for. */
  static long maxRows() {
    return Math.min(
        Runtime.getRuntime().maxMemory() / HEAP_FRACTION / Segment.BYTES_PER_ROW, Segment.MAX_ROWS);
  }

  /** Decodes the batches, all of one node and of at most {@link Segment#MAX_ROWS} rows. */
  Segment decode(List<StoredBatch> stored) throws UnreadableColumnException {
    segment.start(Math.toIntExact(stored.stream().mapToLong(StoredBatch::rows).sum()));
    for (StoredBatch one : stored) {
      segment.add(one.rows(), one.series(), one.times(), one.values());
    }
    return segment;
  }

  /** Forgets what was added. */
  void clear() {
    arrays.clear();
    places.clear();
  }

  /**
   * Encodes the decoded rows, which are sorted, in batches of up to a thousand rows.
   *
   * @param stored the batches that they are to replace
   */
  void add(int node, List<StoredBatch> stored) throws UnreadableColumnException {
    for (int start = 0; start < segment.rows(); ) {
      int end = segment.batchEnd(start);
      encode(node, start, end);
      batch.addTo(arrays);
      start = end;
    }
    stored.forEach(one -> places.add(one.ctid()));
  }

  /** The same in batches that the sizer accepts. */
  void add(int node, List<StoredBatch> stored, BatchSizer sizer) throws UnreadableColumnException {
    for (int start = 0; start < segment.rows(); ) {
      int end = segment.batchEnd(start, sizer.most());
      encode(node, start, end);
      if (sizer.accepts(end - start, batch.bytes())) {
        batch.addTo(arrays);
        start = end;
      }
    }
    stored.forEach(one -> places.add(one.ctid()));
  }

  private void encode(int node, int start, int end) throws UnreadableColumnException {
    batch.fill(node, segment, start, end, encoders);
    if (!batch.readsBack(encoders)) {
      throw new UnreadableColumnException(
          "a compressed batch decodes to other rows than were encoded");
    }
  }

  /** Deletes the batches that were read, and inserts those that were encoded. */
  void replace() throws SQLException {
    if (places.isEmpty()) {
      return;
    }
    try (PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM " + table.name() + " WHERE ctid = ANY (?::tid[])");
        PreparedStatement insert = connection.prepareStatement(table.insertFromArrays())) {
      delete.setArray(1, connection.createArrayOf("text", places.toArray()));
      if (delete.executeUpdate() != places.size()) {
        throw new SQLException(
            "compressed batches of " + table.chunk() + " disappeared despite the lock",
            SERIALIZATION_FAILURE);
      }
      Object[] parameters = arrays.parameters();
      for (int i = 0; i < parameters.length; i++) {
        insert.setObject(i + 1, parameters[i]);
      }
      insert.executeUpdate();
    }
    clear();
  }
}
