// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.StatementPipeline;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two connections of a writer: one writes, one flushes. They are opened and closed together.
 */
public final class WriterConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriterConnection.class);

  /** The statements take arrays of any length, and one generic plan suits all of them. */
  private static final String SETTINGS =
      "SET plan_cache_mode = force_generic_plan; SET synchronous_commit = off";

  /** Opens a writer's connections. */
  @FunctionalInterface
  public interface Opener {
    /** Opens them; {@code name} is the {@code application_name}. */
    WriterConnection open(String name) throws SQLException;
  }

  private final Connection connection;
  private final GroupCommit flushed;
  private final StatementPipeline pipeline;
  private final NodeClaims nodes;

  private WriterConnection(Connection connection, GroupCommit flushed, boolean warmUp) {
    this.connection = connection;
    this.flushed = flushed;
    this.pipeline = new StatementPipeline(connection);
    // A new writer id each time: a crash may have undone commits that the previous one remembers.
    this.nodes = new NodeClaims(connection, UUID.randomUUID(), warmUp);
  }

  /** Opens both connections. */
  public static WriterConnection open(Jdbc jdbc, String name) throws SQLException {
    return open(jdbc, name, false);
  }

  /** Opens both connections for the JIT warm-up, whose nodes do not exist. */
  public static WriterConnection forWarmUp(Jdbc jdbc, String name) throws SQLException {
    return open(jdbc, name, true);
  }

  private static WriterConnection open(Jdbc jdbc, String name, boolean warmUp) throws SQLException {
    Connection connection = jdbc.open(name);
    try (Statement statement = connection.createStatement()) {
      statement.execute(SETTINGS);
      return new WriterConnection(connection, flushing(jdbc, name), warmUp);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static GroupCommit flushing(Jdbc jdbc, String name) throws SQLException {
    Connection second = jdbc.open(name + " flush");
    try {
      return new GroupCommit(second);
    } catch (SQLException | RuntimeException e) {
      second.close();
      throw e;
    }
  }

  /** The connection that writes. */
  Connection jdbc() {
    return connection;
  }

  /** Statements waiting to be sent on it. */
  StatementPipeline pipeline() {
    return pipeline;
  }

  /** Locks and updates rows of table {@code node}. */
  NodeClaims nodes() {
    return nodes;
  }

  /** Makes commits durable. */
  GroupCommit flushed() {
    return flushed;
  }

  @Override
  public void close() {
    try (connection) {
      flushed.close();
    } catch (SQLException e) {
      LOG.debug("close: {}", e.getMessage());
    }
  }
}
