// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.pg.SqlErrors;
import io.harvester.postgres.pg.StartCheck;
import io.harvester.storage.SampleStore.Commit;
import io.harvester.storage.StoreException;
import io.harvester.storage.StoreException.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGStatement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the transactions of a writer's connection durable, which commits them without waiting for
 * the WAL flush ({@code synchronous_commit = off}; PostgreSQL manual, "Asynchronous Commit"). A
 * second connection commits a WAL record of its own with the server's setting, unless that is off.
 * WAL is written in order, so all earlier commits are then as durable as that record, on
 * synchronous standbys, too. The writer commits more meanwhile, and the next record covers all of
 * that.
 *
 * <p>Both connections must belong to the same run of the server: a crash undoes what was not on
 * disk and breaks both. So neither is used again once one of them is broken.
 */
final class GroupCommit implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

  /** What ALTER ROLE, ALTER DATABASE or the server turned off. Other values are the operator's. */
  private static final String DURABLE =
      "SELECT set_config('synchronous_commit', 'on', false)"
          + " WHERE current_setting('synchronous_commit') = 'off'";

  private final Connection connection;
  private final PreparedStatement flush;
  private volatile long committed;
  private volatile boolean broken;
  private long durable;

  /**
   * Takes over a connection in autocommit mode.
   *
   * @throws SQLException if the server refuses to write the record
   */
  GroupCommit(Connection connection) throws SQLException {
    this.connection = connection;
    try (Statement statement = connection.createStatement()) {
      statement.execute(DURABLE);
    }
    flush = connection.prepareStatement(StartCheck.FLUSH);
    flush.unwrap(PGStatement.class).setPrepareThreshold(1);
    flush.execute(); // a server that refuses does so now
  }

  /**
   * Records that the writer has committed a transaction. Called by the writer's thread only.
   *
   * @return the commit; any thread may await its durability
   */
  Commit committed() {
    long number = committed + 1;
    committed = number;
    return () -> awaitDurable(number);
  }

  /** Whether the fate of commits is unknown, so that the writer has to reconnect. */
  boolean isBroken() {
    return broken;
  }

  private synchronized void awaitDurable(long number) throws StoreException {
    if (number <= durable) {
      return;
    }
    long all = committed;
    try {
      flush.execute();
      durable = all;
    } catch (SQLException e) {
      broken = true;
      throw new StoreException(
          Kind.UNKNOWN_OUTCOME, "commit not confirmed: " + SqlErrors.describe(e), e);
    }
  }

  /** Makes all commits durable, if the connection still works, and closes it. */
  @Override
  public synchronized void close() {
    try (connection) {
      if (!broken) {
        awaitDurable(committed);
      }
    } catch (StoreException | SQLException e) {
      LOG.debug("closed: {}", e.getMessage()); // awaitDurable reports it to those who wait
    }
  }
}
