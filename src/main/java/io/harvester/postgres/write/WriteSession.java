// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.catalog.PendingViews;
import io.harvester.postgres.pg.InstallationGuard;
import io.harvester.postgres.pg.SqlErrors;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore;
import io.harvester.storage.SampleStore.Commit;
import io.harvester.storage.SampleStore.Transaction;
import io.harvester.storage.StoreException;
import io.harvester.storage.StoreException.Kind;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer's connection, reopened after a failure, and its transactions. A commit returns before
 * it is on disk; {@link GroupCommit} waits for that on another thread.
 */
final class WriteSession implements SampleStore.Session {
  private static final Logger LOG = LoggerFactory.getLogger(WriteSession.class);

  private final WriterConnection.Opener opener;
  private final WritePath path;
  private final InstallationGuard guard;
  private final PendingViews pendingViews;
  private final WriterHealth health;
  private final String name;
  private final WriterLoad load;

  private WriterConnection connection;
  private WritePath.SampleSender sender;

  WriteSession(
      WriterConnection.Opener opener,
      WritePath path,
      InstallationGuard guard,
      PendingViews pendingViews,
      WriterHealth health,
      String name,
      WriterLoad load) {
    this.opener = opener;
    this.path = path;
    this.guard = guard;
    this.pendingViews = pendingViews;
    this.health = health;
    this.name = name;
    this.load = load;
    load.opened();
  }

  @Override
  public Commit write(SampleBatch batch) throws StoreException {
    if (connection == null) {
      throw new StoreException(
          Kind.TAKEN_OVER, "reconnecting: the nodes' last writer must be read again", null);
    }
    try (WriteTransaction transaction = transaction()) {
      transaction.claim(batch);
      return transaction.commit();
    }
  }

  @Override
  public Transaction begin(int[] nodeIds) throws StoreException {
    WriteTransaction transaction = transaction();
    boolean locked = false;
    try {
      transaction.lock(nodeIds);
      locked = true;
      return transaction;
    } finally {
      if (!locked) {
        transaction.close();
      }
    }
  }

  /** A transaction on a working connection. The server learns of it with its first statement. */
  private WriteTransaction transaction() throws StoreException {
    if (connection != null && connection.flushed().isBroken()) {
      disconnect();
      throw new StoreException(Kind.TAKEN_OVER, "earlier commits may be lost", null);
    }
    try {
      connect();
    } catch (SQLException e) {
      abandon(false);
      throw SqlErrors.translate("not stored", e);
    }
    return new WriteTransaction(connection, path, sender, pendingViews, load, this::ended);
  }

  private void connect() throws SQLException {
    if (connection != null) {
      return;
    }
    WriterConnection opened = opener.open("harvester " + name);
    try {
      guard.check(opened.jdbc());
      path.configureWriter(opened.jdbc());
      sender = path.sender(opened.jdbc(), opened.pipeline());
      opened.jdbc().setAutoCommit(false);
      connection = opened;
    } finally {
      if (connection == null) {
        opened.close();
      }
    }
  }

  private void ended(boolean committed, boolean usable) {
    if (committed) {
      health.works(name);
    } else {
      abandon(usable);
    }
  }

  /** Rolls back if the connection still works, and closes it if not. */
  private void abandon(boolean usable) {
    try {
      if (usable && connection != null && connection.jdbc().isValid(1)) {
        connection.pipeline().clear();
        connection.jdbc().rollback();
        return;
      }
    } catch (SQLException e) {
      LOG.debug("{} rollback: {}", name, e.getMessage());
    }
    health.fails(name);
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
    load.closed();
    disconnect();
  }
}
