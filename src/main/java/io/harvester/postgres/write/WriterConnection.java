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
 * A writer's way into the database, from one loss of it to the next: the connection that writes and
 * the one that flushes, which are closed together.
 */
public final class WriterConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriterConnection.class);

  /** The arrays' lengths are unknown to a plan, which is the same for all of them. */
  private static final String SETTINGS =
      "SET plan_cache_mode = force_generic_plan; SET synchronous_commit = off";

  /** How a writer connects, under a name, as often as it has to. */
  @FunctionalInterface
  public interface Opener {
    WriterConnection open(String name) throws SQLException;
  }

  private final Connection connection;
  private final GroupCommit flushed;
  private final StatementPipeline pipeline;
  private final NodeClaims nodes;

  private WriterConnection(Connection connection, GroupCommit flushed, boolean rehearsed) {
    this.connection = connection;
    this.flushed = flushed;
    this.pipeline = new StatementPipeline(connection);
    // Another one each time: what the writer before remembers may have been undone by a crash.
    this.nodes = new NodeClaims(connection, UUID.randomUUID(), rehearsed);
  }

  /** Connects twice. */
  public static WriterConnection open(Jdbc jdbc, String name) throws SQLException {
    return open(jdbc, name, false);
  }

  /** The same for writing of nodes that are not there. */
  public static WriterConnection rehearsed(Jdbc jdbc, String name) throws SQLException {
    return open(jdbc, name, true);
  }

  private static WriterConnection open(Jdbc jdbc, String name, boolean rehearsed)
      throws SQLException {
    Connection connection = jdbc.open(name);
    try (Statement statement = connection.createStatement()) {
      statement.execute(SETTINGS);
      return new WriterConnection(connection, flushing(jdbc, name), rehearsed);
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

  /** Statements for it. */
  StatementPipeline pipeline() {
    return pipeline;
  }

  /** The nodes' rows, as this writer sees and writes them. */
  NodeClaims nodes() {
    return nodes;
  }

  /** What is told of each commit. */
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
