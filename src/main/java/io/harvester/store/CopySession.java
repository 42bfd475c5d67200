package io.harvester.store;

import io.harvester.ingest.Rows;
import io.harvester.ingest.SampleStore;
import io.harvester.ingest.SampleStore.LockedNodes;
import io.harvester.ingest.StoreException;
import io.harvester.ingest.StoreException.Kind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer's connection and its transaction:
 *
 * <pre>BEGIN → lock nodes → plan → COPY, INSERT → update nodes, record conflicts → COMMIT</pre>
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
  private final Layout.RowSender sender;

  private Connection connection;
  private SampleCopy copy;
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
    this.sender = layout.sender();
  }

  @Override
  public void transact(int[] nodeIds, SampleStore.Planner planner) throws StoreException {
    boolean committing = false;
    boolean done = false;
    try {
      connect();
      LockedNodes locked = nodeRows.lock(nodeIds);
      Rows rows = planner.plan(locked, layout.storedSamples(connection));
      store(rows);
      committing = true;
      connection.commit();
      done = true;
      viewMarks.stored(rows.extras());
    } catch (SQLException e) {
      if (SqlErrors.CHECK_VIOLATION.equals(e.getSQLState())) {
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
      sender.send(rows, copy);
    }
    if (!rows.extras().isEmpty()) {
      storeExtras(rows);
    }
    nodeRows.update(rows);
    if (!rows.conflicts().isEmpty()) {
      ConflictRows.insert(connection, rows.conflicts());
    }
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
      checkInstallation(opened);
      layout.configureWriter(opened);
      opened.setAutoCommit(false);
      nodeRows = new NodeRows(opened, process);
      copy = new SampleCopy(opened);
      connection = opened;
    } finally {
      if (connection == null) {
        opened.close();
      }
    }
  }

  private void checkInstallation(Connection opened) throws SQLException {
    long highest = guard.highestSeries();
    try (Statement statement = opened.createStatement();
        ResultSet row = statement.executeQuery(InstallationGuard.QUERY)) {
      if (row.next()) {
        guard.check(row.getObject(1, UUID.class), row.getLong(2), highest);
      }
    }
  }

  /** The server answered the commit itself with an error: it is rolled back for certain. */
  private static boolean isAborted(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("23") || state.startsWith("40"));
  }

  private static StoreException unknown(SQLException e) {
    return new StoreException(
        Kind.UNKNOWN_OUTCOME, "commit not confirmed: " + SqlErrors.describe(e), e);
  }

  /** Rolls back if the connection still works, and drops it if not. */
  private void abandon() {
    try {
      if (connection != null && connection.isValid(1)) {
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
