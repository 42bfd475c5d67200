package io.harvester.postgres.write;

import io.harvester.postgres.pg.SqlErrors;
import io.harvester.storage.SampleStore.Commit;
import io.harvester.storage.StoreException;
import io.harvester.storage.StoreException.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.postgresql.PGStatement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings to disk what a writer's connection has committed without waiting for it ({@code
 * synchronous_commit = off}; PostgreSQL manual, "Asynchronous Commit"). A second connection commits
 * a record of its own in the way the server is set up to; the log is written in order, so all that
 * was committed before is then as durable as that record, on synchronous standbys, too. Meanwhile
 * the writer commits more, and the next record is for all of that.
 *
 * <p>Both connections must be to one run of the server: a crash in between, which undoes what was
 * not on disk, breaks both. So neither is used any more when one of them is broken.
 */
final class GroupCommit implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

  /** Any record will do that makes its transaction one to be flushed; this one changes nothing. */
  private static final String RECORD =
      "SELECT pg_catalog.pg_logical_emit_message(true, 'harvester', '')";

  private final Connection connection;
  private final PreparedStatement flush;
  private volatile long committed;
  private volatile boolean broken;
  private long durable;

  /** Takes over a connection that commits each statement. */
  GroupCommit(Connection connection) throws SQLException {
    this.connection = connection;
    flush = connection.prepareStatement(RECORD);
    flush.unwrap(PGStatement.class).setPrepareThreshold(1);
    flush.execute(); // so that a server that refuses does it now
  }

  /** The writer has committed a transaction. Called by its thread only. */
  Commit committed() {
    long number = committed + 1;
    committed = number;
    return () -> awaitDurable(number);
  }

  /** Whether nobody knows what became of commits: this writer has to connect anew. */
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

  /** What is committed becomes durable if it still can. */
  @Override
  public synchronized void close() {
    try (connection) {
      if (!broken) {
        awaitDurable(committed);
      }
    } catch (StoreException | SQLException e) {
      LOG.debug("closed: {}", e.getMessage()); // those who wait for it are told
    }
  }
}
