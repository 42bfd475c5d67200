// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.harvester.config.DatabaseUrl;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, before anything is created, whether the service can work with a database: server,
 * encoding, writability, rights, a pooler in between, and the number of connections. Each driver
 * commits once and waits for the disk. What fails has a reason for the operator, and leaves the
 * database as it was.
 */
public final class StartCheck {
  /** SQLSTATE feature_not_supported: another attempt fails, too. */
  private static final String UNSUITABLE = "0A000";

  private static final String TOO_MANY_CONNECTIONS = "53300";

  private static final String NAME = "harvester start check";

  /** A transaction that writes WAL, waits until it is on disk, and changes no data. */
  public static final String FLUSH =
      "SELECT pg_catalog.pg_logical_emit_message(true, 'harvester', '')";

  private static final String OTHER_SESSIONS =
      "SELECT count(*) FROM pg_sleep(0.01), pg_stat_activity WHERE application_name = '"
          + NAME
          + "' AND usename = current_user AND datname = current_database()"
          + " AND pid <> pg_backend_pid()";

  private static final Duration SESSION_END = Duration.ofSeconds(2);
  private static final int MIN_SERVER_VERSION = 140_000;
  private static final int POOLER_PROBES = 10;
  private static final Logger LOG = LoggerFactory.getLogger(StartCheck.class);

  private final Jdbc jdbc;
  private final DatabaseUrl url;
  private final Duration timeout;

  /** A check of one database. */
  public StartCheck(Jdbc jdbc, DatabaseUrl url, Duration timeout) {
    this.jdbc = jdbc;
    this.url = url;
    this.timeout = timeout;
  }

  /**
   * Checks the database.
   *
   * @param connections number of connections that the service needs at the same time
   * @throws SQLException with the reason why the service cannot work with it
   */
  public void run(Vertx vertx, int connections) throws SQLException {
    try (Connection first = jdbc.open(NAME)) {
      server(first);
      Optional<String> problem = RightsCheck.problem(first);
      if (problem.isPresent()) {
        throw unsuitable(problem.get());
      }
      connections(first, connections);
      pooler(first);
      flush(first);
    }
    secondDriver(vertx);
  }

  private static void server(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
                    + " current_setting('server_encoding'), current_database(),"
                    + " pg_is_in_recovery(), current_setting('transaction_read_only')::bool,"
                    + " current_setting('fsync')::bool"
                    + " AND current_setting('full_page_writes')::bool")) {
      row.next();
      if (row.getInt(1) < MIN_SERVER_VERSION) {
        throw unsuitable("PostgreSQL " + row.getString(2) + " is too old: 14 is the oldest");
      }
      if (!row.getString(3).equals("UTF8")) {
        throw unsuitable(
            ("database %s has the encoding %s, but labels are UTF-8; create one with CREATE DATABASE …"
                    + " ENCODING 'UTF8' TEMPLATE template0")
                .formatted(row.getString(4), row.getString(3)));
      }
      if (row.getBoolean(5)) {
        throw unsuitable("the server is a read-only standby; connect to the primary");
      }
      if (row.getBoolean(6)) {
        throw unsuitable(
            "transactions are read-only (default_transaction_read_only); the service must write");
      }
      if (!row.getBoolean(7)) {
        LOG.warn(
            "fsync or full_page_writes is off in the server: a power failure loses acknowledged"
                + " samples and may damage the database");
      }
    }
  }

  /**
   * Two open connections to PostgreSQL have two server processes. If a pooler lends a process per
   * transaction, both meet the same one sooner or later, and SET and prepared statements of one are
   * seen by the other.
   */
  private void pooler(Connection first) throws SQLException {
    try (Connection second = jdbc.open(NAME)) {
      int own = process(first);
      for (int i = 0; i < POOLER_PROBES; i++) {
        if (process(second) == own || process(first) != own) {
          throw unsuitable(
              "a connection pooler in transaction or statement mode is in between; connect to"
                  + " PostgreSQL itself, or use the pooler's session mode");
        }
      }
    }
  }

  private static int process(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  private void flush(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      String standbys = text(statement, "SHOW synchronous_standby_names");
      try {
        statement.execute(FLUSH);
      } catch (SQLException e) {
        throw new SQLException(unflushed(standbys, e), e.getSQLState(), e);
      }
    }
  }

  private static String unflushed(String standbys, SQLException e) {
    String problem = "a first commit failed: " + SqlErrors.describe(e);
    return standbys.isEmpty()
        ? problem
        : problem
            + "; a commit waits for a standby of synchronous_standby_names = '%s'"
                .formatted(standbys);
  }

  private static String text(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private void secondDriver(Vertx vertx) throws SQLException {
    try {
      PgConnection connection =
          Await.result(
              PgPools.options(vertx, jdbc, url, NAME)
                  .compose(options -> PgConnection.connect(vertx, options)),
              timeout);
      Await.result(connection.query(Jdbc.SESSION).execute(), timeout);
      Await.result(connection.query(FLUSH).execute(), timeout);
      Await.result(connection.close(), timeout);
    } catch (DatabaseException e) {
      String state = e.sqlState().isEmpty() ? "08001" : e.sqlState();
      throw new SQLException("vertx-pg-client cannot work with it: " + e.getMessage(), state, e);
    }
  }

  /** Opens as many connections as are needed, the first among them. */
  private void connections(Connection first, int needed) throws SQLException {
    List<Connection> more = new ArrayList<>();
    try {
      while (more.size() + 1 < needed) {
        more.add(jdbc.open(NAME));
      }
    } catch (SQLException e) {
      String problem =
          ("%d connections are available, %d are needed: two per writer (HARVESTER_WRITERS),"
                  + " HARVESTER_CATALOG_CONNECTIONS, and three for maintenance (%s)")
              .formatted(more.size() + 1, needed, SqlErrors.describe(e));
      throw TOO_MANY_CONNECTIONS.equals(e.getSQLState())
          ? unsuitable(problem)
          : new SQLException(problem, e.getSQLState(), e);
    } finally {
      more.forEach(StartCheck::close);
      awaitEnd(first, more.size());
    }
  }

  /**
   * The server ends a session some time after its connection is closed, and counts it until then.
   */
  private static void awaitEnd(Connection connection, int sessions) throws SQLException {
    long deadline = System.nanoTime() + SESSION_END.toNanos();
    try (Statement statement = connection.createStatement()) {
      while (sessions > 0 && System.nanoTime() < deadline) {
        sessions = Integer.parseInt(text(statement, OTHER_SESSIONS));
      }
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("start check: {}", e.getMessage());
    }
  }

  private static SQLException unsuitable(String problem) {
    return new SQLException(problem, UNSUITABLE);
  }
}
