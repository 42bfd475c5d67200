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
 * encoding, writability, rights, a pooler in between, and the number of connections. What fails has
 * a reason for the operator, and leaves the database as it was.
 */
public final class StartCheck {
  /** SQLSTATE feature_not_supported: another attempt fails, too. */
  private static final String UNSUITABLE = "0A000";

  private static final String TOO_MANY_CONNECTIONS = "53300";

  private static final String NAME = "harvester start check";
  private static final int MIN_SERVER_VERSION = 120_000;
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
      pooler(first);
    }
    secondDriver(vertx);
    connections(connections);
  }

  private static void server(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
                    + " current_setting('server_encoding'), current_database(),"
                    + " pg_is_in_recovery(), current_setting('transaction_read_only')::bool")) {
      row.next();
      if (row.getInt(1) < MIN_SERVER_VERSION) {
        throw unsuitable("PostgreSQL " + row.getString(2) + " is too old: 12 is the oldest");
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

  private void secondDriver(Vertx vertx) throws SQLException {
    try {
      PgConnection connection =
          Await.result(PgConnection.connect(vertx, PgPools.options(url, NAME)), timeout);
      Await.result(connection.query(Jdbc.SESSION).execute(), timeout);
      Await.result(connection.close(), timeout);
    } catch (DatabaseException e) {
      String state = e.sqlState().isEmpty() ? "08001" : e.sqlState();
      throw new SQLException("vertx-pg-client cannot connect: " + e.getMessage(), state, e);
    }
  }

  private void connections(int needed) throws SQLException {
    List<Connection> open = new ArrayList<>();
    try {
      while (open.size() < needed) {
        open.add(jdbc.open(NAME));
      }
    } catch (SQLException e) {
      if (!TOO_MANY_CONNECTIONS.equals(e.getSQLState())) {
        throw e;
      }
      throw unsuitable(
          ("%d connections are available, %d are needed: two per writer (HARVESTER_WRITERS),"
                  + " HARVESTER_CATALOG_CONNECTIONS, and three for maintenance (%s)")
              .formatted(open.size(), needed, SqlErrors.describe(e)));
    } finally {
      for (Connection connection : open) {
        close(connection);
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
