// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.read;

import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections for reading, opened when needed and kept for the next query. Thread-safe. */
final class ReadConnections implements AutoCloseable {
  /** Custom plans: a generic one would read every chunk. */
  private static final String SETTINGS = "SET plan_cache_mode = force_custom_plan";

  private static final Logger LOG = LoggerFactory.getLogger(ReadConnections.class);

  private final Jdbc jdbc;
  private final SampleSource source;
  private final Semaphore free;
  private final Deque<Connection> idle = new ArrayDeque<>();
  private boolean closed;

  ReadConnections(Jdbc jdbc, SampleSource source, int max) {
    this.jdbc = jdbc;
    this.source = source;
    this.free = new Semaphore(max, true);
  }

  /** What is done with a connection. */
  @FunctionalInterface
  interface Use {
    void with(Connection connection) throws SQLException;
  }

  /** Waits for a connection and uses it. One on which something failed is closed. */
  void use(Use use) throws SQLException {
    free.acquireUninterruptibly();
    Connection connection = null;
    boolean usable = false;
    try {
      connection = take();
      use.with(connection);
      usable = true;
    } finally {
      giveBack(connection, usable);
      free.release();
    }
  }

  private Connection take() throws SQLException {
    synchronized (this) {
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    Connection connection = jdbc.open("harvester reader");
    try (Statement statement = connection.createStatement()) {
      statement.execute(SETTINGS);
      source.configure(connection);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private synchronized void giveBack(Connection connection, boolean usable) {
    if (connection != null) {
      if (usable && !closed) {
        idle.push(connection);
      } else {
        close(connection);
      }
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("reader: {}", SqlErrors.describe(e));
    }
  }

  /** Closes the idle connections, and those in use once they are given back. */
  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(ReadConnections::close);
    idle.clear();
  }
}
