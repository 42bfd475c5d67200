// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.catalog.PendingViews;
import io.harvester.postgres.pg.SqlErrors;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore.Commit;
import io.harvester.storage.SampleStore.LockedNodes;
import io.harvester.storage.SampleStore.StoredSamples;
import io.harvester.storage.SampleStore.Transaction;
import io.harvester.storage.StoreException;
import io.harvester.storage.StoreException.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;

/**
 * One transaction of a writer:
 *
 * <pre>lock nodes → read stored samples → send samples, insert the rest → update nodes → COMMIT
 * </pre>
 *
 * or, for a batch that was deduplicated from memory, in a single round trip:
 *
 * <pre>claim nodes, send samples, COMMIT</pre>
 *
 * While the nodes are locked, no other process stores samples of them.
 */
final class WriteTransaction implements Transaction {
  private final WriterConnection connection;
  private final WritePath path;
  private final WritePath.SampleSender sender;
  private final PendingViews pendingViews;
  private final WriterLoad load;
  private final End end;
  private final long begun = System.nanoTime();

  private LockedNodes locked;
  private boolean committing;
  private boolean committed;
  private boolean usable = true;

  /** Begins; {@code end} runs at {@link #close}. */
  WriteTransaction(
      WriterConnection connection,
      WritePath path,
      WritePath.SampleSender sender,
      PendingViews pendingViews,
      WriterLoad load,
      End end) {
    this.connection = connection;
    this.path = path;
    this.sender = sender;
    this.pendingViews = pendingViews;
    this.load = load;
    this.end = end;
  }

  /** Locks the rows of nodes, ascending by id. */
  void lock(int[] nodeIds) throws StoreException {
    try {
      locked = connection.nodes().lock(nodeIds);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  @Override
  public LockedNodes locked() {
    return locked;
  }

  @Override
  public StoredSamples stored() {
    return path.storedSamples(connection.jdbc());
  }

  /** Sends a batch of samples; the transaction fails if another writer wrote its nodes last. */
  void claim(SampleBatch batch) throws StoreException {
    try {
      connection.nodes().claim(batch, connection.pipeline());
      sendSamples(batch);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  @Override
  public void store(SampleBatch batch) throws StoreException {
    try {
      sendSamples(batch);
      insertRest(batch);
      connection.nodes().update(batch, connection.pipeline());
    } catch (SQLException e) {
      throw failure(e);
    }
    pendingViews.stored(batch);
  }

  private void sendSamples(SampleBatch batch) throws SQLException {
    if (batch.count() > 0) {
      sender.send(batch);
    }
  }

  /** Conflicts come last: inserting histograms finds more of them. */
  private void insertRest(SampleBatch batch) throws SQLException {
    if (batch.hasOnlySamples()) {
      return;
    }
    Connection jdbc = connection.jdbc();
    path.prepare(batch);
    HistogramInsert.insert(jdbc, batch);
    ExemplarInsert.insert(jdbc, batch.exemplars());
    StartInsert.upsert(jdbc, batch.starts());
    if (!batch.conflicts().isEmpty()) {
      ConflictInsert.insert(jdbc, batch.conflicts());
    }
  }

  /** Runs COMMIT together with the statements that are still in the pipeline. */
  @Override
  public Commit commit() throws StoreException {
    connection.pipeline().add("COMMIT");
    committing = true;
    try {
      connection.pipeline().run();
    } catch (SQLException e) {
      throw failure(e);
    }
    committed = true;
    return connection.flushed().committed();
  }

  @Override
  public void close() {
    load.add(System.nanoTime() - begun);
    end.run(committed, usable);
  }

  /** Unless it has committed, rolls back, or closes a connection that is not usable any more. */
  @FunctionalInterface
  interface End {
    void run(boolean committed, boolean usable);
  }

  private StoreException failure(SQLException e) {
    usable = SqlErrors.leavesSessionUsable(e);
    if (SqlErrors.isTargetGone(e)) {
      path.forget();
    }
    return committing && !isAborted(e)
        ? new StoreException(
            Kind.UNKNOWN_OUTCOME, "commit not confirmed: " + SqlErrors.describe(e), e)
        : SqlErrors.translate("not stored", e);
  }

  /** Whether the server itself reported the error, so that the COMMIT did not run or failed. */
  private static boolean isAborted(SQLException e) {
    if (!(e instanceof PSQLException p) || p.getServerErrorMessage() == null) {
      return false;
    }
    return switch (e.getSQLState().substring(0, 2)) {
      case "08", "57", "58", "XX" -> false; // the server may have ended just after the commit
      default -> true;
    };
  }
}
