package io.harvester.postgres.write;

import io.harvester.postgres.catalog.PendingViews;
import io.harvester.postgres.pg.InstallationGuard;
import io.harvester.postgres.pg.SqlErrors;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore;
import io.harvester.storage.SampleStore.Commit;
import io.harvester.storage.SampleStore.LockedNodes;
import io.harvester.storage.StoreException;
import io.harvester.storage.StoreException.Kind;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer's connection and its transaction:
 *
 * <pre>BEGIN → lock nodes → plan → COPY or INSERT → record conflicts → update nodes → COMMIT</pre>
 *
 * The locks make the plan true: nobody else stores samples of these nodes until the commit. That
 * the disk has it is another thread's to wait for ({@link GroupCommit}).
 */
final class WriteSession implements SampleStore.Session {
  private static final Logger LOG = LoggerFactory.getLogger(WriteSession.class);

  private final WriterConnection.Opener opener;
  private final WritePath layout;
  private final InstallationGuard guard;
  private final PendingViews viewMarks;
  private final String name;

  private WriterConnection connection;
  private WritePath.RowSender sender;

  WriteSession(
      WriterConnection.Opener opener,
      WritePath layout,
      InstallationGuard guard,
      PendingViews viewMarks,
      String name) {
    this.opener = opener;
    this.layout = layout;
    this.guard = guard;
    this.viewMarks = viewMarks;
    this.name = name;
  }

  @Override
  public Commit write(SampleBatch rows) throws StoreException {
    if (connection == null) {
      throw new StoreException(Kind.TAKEN_OVER, "a new connection: who wrote last?", null);
    }
    return transact(
        () -> {
          connection.nodes().claim(rows, connection.pipeline());
          if (rows.count() > 0) {
            sender.send(rows);
          }
        });
  }

  @Override
  public Commit transact(int[] nodeIds, SampleStore.Planner planner) throws StoreException {
    return transact(
        () -> {
          LockedNodes locked = connection.nodes().lock(nodeIds);
          SampleBatch rows = planner.plan(locked, layout.storedSamples(connection.jdbc()));
          store(rows);
          viewMarks.stored(rows.extras());
        });
  }

  private interface Work {
    void run() throws SQLException, StoreException;
  }

  /** What is left in the pipeline at the end is run together with the commit. */
  private Commit transact(Work work) throws StoreException {
    if (connection != null && connection.flushed().isBroken()) {
      disconnect();
      throw new StoreException(Kind.TAKEN_OVER, "what was committed may be undone", null);
    }
    boolean committing = false;
    boolean done = false;
    try {
      connect();
      work.run();
      connection.pipeline().add("COMMIT");
      committing = true;
      connection.pipeline().run();
      done = true;
      return connection.flushed().committed();
    } catch (SQLException e) {
      if (SqlErrors.isTargetGone(e)) {
        layout.forget();
      }
      throw committing && !isAborted(e) ? unknown(e) : SqlErrors.translate("not stored", e);
    } finally {
      if (!done) {
        abandon();
      }
    }
  }

  private void store(SampleBatch rows) throws SQLException {
    if (rows.count() > 0) {
      sender.send(rows);
    }
    if (!rows.extras().isEmpty()) {
      storeExtras(rows);
    }
    if (!rows.conflicts().isEmpty()) {
      ConflictInsert.insert(connection.jdbc(), rows.conflicts());
    }
    connection.nodes().update(rows, connection.pipeline());
  }

  private void storeExtras(SampleBatch rows) throws SQLException {
    layout.prepare(rows.extras());
    HistogramInsert.insert(connection.jdbc(), rows);
    ExemplarInsert.insert(connection.jdbc(), rows.extras().exemplars());
    StartInsert.upsert(connection.jdbc(), rows.extras().starts());
  }

  private void connect() throws SQLException {
    if (connection != null) {
      return;
    }
    WriterConnection opened = opener.open("harvester " + name);
    try {
      guard.check(opened.jdbc());
      layout.configureWriter(opened.jdbc());
      sender = layout.sender(opened.jdbc(), opened.pipeline());
      opened.jdbc().setAutoCommit(false);
      connection = opened;
    } finally {
      if (connection == null) {
        opened.close();
      }
    }
  }

  /** The server itself answered with an error, so the COMMIT behind it was not run, or failed. */
  private static boolean isAborted(SQLException e) {
    if (!(e instanceof PSQLException p) || p.getServerErrorMessage() == null) {
      return false;
    }
    return switch (e.getSQLState().substring(0, 2)) {
      case "08", "57", "58", "XX" -> false; // it may have ended just after the commit
      default -> true;
    };
  }

  private static StoreException unknown(SQLException e) {
    return new StoreException(
        Kind.UNKNOWN_OUTCOME, "commit not confirmed: " + SqlErrors.describe(e), e);
  }

  /** Rolls back if the connection still works, and drops it if not. */
  private void abandon() {
    try {
      if (connection != null && connection.jdbc().isValid(1)) {
        connection.pipeline().clear();
        connection.jdbc().rollback();
        return;
      }
    } catch (SQLException e) {
      LOG.debug("{} rollback: {}", name, e.getMessage());
    }
    disconnect();
  }

  private void disconnect() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  @Override
  public void close() {
    disconnect();
  }
}
