package io.harvester.store;

import io.harvester.ingest.Rows;
import io.harvester.ingest.SampleStore;
import io.harvester.ingest.SampleStore.LockedNodes;
import io.harvester.ingest.StoreException;
import io.harvester.ingest.StoreException.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.postgresql.util.PSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer's connection and its transaction:
 *
 * <pre>BEGIN → lock nodes → plan → COPY or INSERT → record conflicts → update nodes → COMMIT</pre>
 *
 * The locks make the plan true: nobody else stores samples of these nodes until the commit.
 */
final class CopySession implements SampleStore.Session {
  private static final Logger LOG = LoggerFactory.getLogger(CopySession.class);

  private final Jdbc jdbc;
  private final Layout layout;
  private final UUID process;
  private final InstallationGuard guard;
  private final ViewMarks viewMarks;
  private final String name;

  private Connection connection;
  private Layout.RowSender sender;
  private Pipeline pipeline;
  private NodeRows nodeRows;

  CopySession(
      Jdbc jdbc,
      Layout layout,
      UUID process,
      InstallationGuard guard,
      ViewMarks viewMarks,
      String name) {
    this.jdbc = jdbc;
    this.layout = layout;
    this.process = process;
    this.guard = guard;
    this.viewMarks = viewMarks;
    this.name = name;
  }

  @Override
  public void write(Rows rows) throws StoreException {
    if (connection == null) {
      throw new StoreException(Kind.TAKEN_OVER, "a new connection: who wrote last?", null);
    }
    transact(
        () -> {
          nodeRows.claim(rows, pipeline);
          if (rows.count() > 0) {
            sender.send(rows);
          }
        });
  }

  @Override
  public void transact(int[] nodeIds, SampleStore.Planner planner) throws StoreException {
    transact(
        () -> {
          LockedNodes locked = nodeRows.lock(nodeIds);
          Rows rows = planner.plan(locked, layout.storedSamples(connection));
          store(rows);
          viewMarks.stored(rows.extras());
        });
  }

  private interface Work {
    void run() throws SQLException, StoreException;
  }

  /** What is left in the pipeline at the end is run together with the commit. */
  private void transact(Work work) throws StoreException {
    boolean committing = false;
    boolean done = false;
    try {
      connect();
      work.run();
      pipeline.add("COMMIT");
      committing = true;
      pipeline.run();
      done = true;
    } catch (SQLException e) {
      if (SqlErrors.isPlaceGone(e)) {
        layout.forget();
      }
      throw committing && !isAborted(e) ? unknown(e) : SqlErrors.translate("not stored", e);
    } finally {
      if (!done) {
        abandon();
      }
    }
  }

  private void store(Rows rows) throws SQLException {
    if (rows.count() > 0) {
      sender.send(rows);
    }
    if (!rows.extras().isEmpty()) {
      storeExtras(rows);
    }
    if (!rows.conflicts().isEmpty()) {
      ConflictRows.insert(connection, rows.conflicts());
    }
    nodeRows.update(rows, pipeline);
  }

  private void storeExtras(Rows rows) throws SQLException {
    layout.prepare(rows.extras());
    HistogramRows.insert(connection, rows);
    ExemplarRows.insert(connection, rows.extras().exemplars());
    StartRows.upsert(connection, rows.extras().starts());
  }

  private void connect() throws SQLException {
    if (connection != null) {
      return;
    }
    Connection opened = jdbc.open("harvester " + name);
    try {
      guard.check(opened);
      try (Statement statement = opened.createStatement()) {
        // The arrays' lengths are unknown to a plan, which is the same for all of them.
        statement.execute("SET plan_cache_mode = force_generic_plan");
      }
      layout.configureWriter(opened);
      nodeRows = new NodeRows(opened, process);
      pipeline = new Pipeline(opened);
      sender = layout.sender(opened, pipeline);
      opened.setAutoCommit(false);
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
      if (connection != null && connection.isValid(1)) {
        pipeline.clear();
        connection.rollback();
        return;
      }
    } catch (SQLException e) {
      LOG.debug("{} rollback: {}", name, e.getMessage());
    }
    disconnect();
  }

  private void disconnect() {
    Connection broken = connection;
    connection = null;
    if (broken != null) {
      try {
        broken.close();
      } catch (SQLException e) {
        LOG.debug("{} close: {}", name, e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    disconnect();
  }
}
