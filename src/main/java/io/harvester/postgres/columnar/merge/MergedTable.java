// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import io.harvester.postgres.columnar.BatchSizer;
import io.harvester.postgres.columnar.CompressedBatchReader;
import io.harvester.postgres.columnar.CompressedBatchReader.WindowBatches;
import io.harvester.postgres.columnar.CompressedTable;
import io.harvester.postgres.columnar.FastPath;
import io.harvester.postgres.columnar.Segment;
import io.harvester.postgres.columnar.SmallBatches.Window;
import io.harvester.postgres.columnar.codec.UnreadableColumnException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table of one open chunk while its windows are merged, a transaction after the other. Merged
 * batches stay in line, as the small ones do: the TOAST table holds only what {@link SegmentMerge}
 * puts there, without gaps. A VACUUM lets new batches take the space of those that were replaced.
 */
final class MergedTable {
  private static final Logger LOG = LoggerFactory.getLogger(MergedTable.class);

  /** Bounds how long a DELETE or the first COPY into the chunk waits: some ten milliseconds. */
  private static final int ROWS_PER_TRANSACTION = 100_000;

  /** Within a round, a VACUUM follows after this fraction of the rows was merged. */
  private static final int VACUUM_FRACTION = 10;

  private static final String QUERY_CANCELED = "57014";

  private final Duration window;
  private final FastPath fastPath;
  private final BatchSizer sizer = new BatchSizer(BatchSizer.MAX_BYTES);
  private final Set<Integer> unreadableNodes = new HashSet<>();
  private long mergedSinceVacuum;
  private long analyzedRows;
  private long removedDuplicates;

  MergedTable(Duration window, FastPath fastPath) {
    this.window = window;
    this.fastPath = fastPath;
  }

  /** The number of duplicate samples that were removed; there should be none. */
  long removedDuplicates() {
    return removedDuplicates;
  }

  /**
   * Merges windows until the writers are busy.
   *
   * @param due the windows, in the order in which they are merged
   * @param total number of samples in the chunk
   * @return the number of samples in windows that were not merged
   */
  long merge(
      Connection connection,
      CompressedTable table,
      List<Window> due,
      long total,
      MergeCounters counters,
      BooleanSupplier writersBusy)
      throws SQLException {
    BatchRewriter rewriter = new BatchRewriter(connection, table);
    long left = due.stream().mapToLong(Window::rows).sum();
    int next = 0;
    while (next < due.size()) {
      List<Window> some = new ArrayList<>();
      long rows = 0;
      while (next < due.size() && rows < ROWS_PER_TRANSACTION) {
        Window one = due.get(next++);
        left -= one.rows();
        if (one.rows() <= BatchRewriter.maxRows() && !unreadableNodes.contains(one.nodeId())) {
          some.add(one);
          rows += one.rows();
        }
      }
      mergeInTransaction(connection, table, rewriter, some, counters);
      vacuum(connection, table, total, VACUUM_FRACTION);
      if (left > 0 && writersBusy.getAsBoolean()) {
        counters.yielded();
        break;
      }
    }
    vacuum(connection, table, total, 2 * VACUUM_FRACTION);
    return left;
  }

  /** The lock blocks a DELETE, which would look for its rows in the batches being replaced. */
  private void mergeInTransaction(
      Connection connection,
      CompressedTable table,
      BatchRewriter rewriter,
      List<Window> windows,
      MergeCounters counters)
      throws SQLException {
    if (windows.isEmpty()) {
      return;
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new SQLException("interrupted by shutdown", QUERY_CANCELED);
    }
    String places =
        "{\""
            + String.join(",", windows.stream().map(Window::places).toList())
                .replace("),(", ")\",\"(")
            + "\"}";
    connection.setAutoCommit(false);
    try {
      table.lockForRewriting(connection);
      rewriter.clear();
      long rows = 0;
      for (WindowBatches group :
          CompressedBatchReader.readSmall(connection, table, places, window)) {
        rows += add(rewriter, table, group);
      }
      rewriter.replace();
      connection.commit();
      mergedSinceVacuum += rows;
      counters.merged(rows);
    } catch (UnreadableColumnException e) {
      fastPath.detour(table.chunk(), "is not merged completely before it ends", e);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** Returns the number of rows. */
  private long add(BatchRewriter rewriter, CompressedTable table, WindowBatches group)
      throws UnreadableColumnException {
    int node = group.nodeId();
    boolean readable = false;
    try {
      Segment segment = rewriter.decode(group.batches());
      int duplicates = segment.sort();
      rewriter.add(node, group.batches(), sizer);
      if (duplicates > 0) {
        LOG.error(
            "chunk {} node_id={}: {} duplicate samples removed. Did anything but Harvester write to"
                + " harvester.sample?",
            table.chunk(),
            node,
            duplicates);
      }
      removedDuplicates += duplicates;
      readable = true;
      return segment.rows();
    } finally {
      if (!readable) {
        unreadableNodes.add(node); // the transaction rolls back, and the next one leaves it out
      }
    }
  }

  /** Vacuums if more than a fraction of all rows was merged since the last time. */
  private void vacuum(Connection connection, CompressedTable table, long total, int fraction)
      throws SQLException {
    if (mergedSinceVacuum > total / fraction) {
      // Without statistics of the growing chunk, a query may read all nodes instead of one.
      boolean analyze = total >= 2 * analyzedRows;
      table.vacuumGrowing(connection, analyze);
      mergedSinceVacuum = 0;
      if (analyze) {
        analyzedRows = total;
      }
    }
  }
}
