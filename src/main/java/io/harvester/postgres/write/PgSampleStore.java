// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.catalog.PendingViews;
import io.harvester.postgres.pg.InstallationGuard;
import io.harvester.storage.ChunkDirectory;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Stores samples over pgjdbc: float samples in the way of the {@link WritePath}, everything else by
 * INSERT.
 */
public final class PgSampleStore implements SampleStore {
  private static final String INSERT_NODE =
      "INSERT INTO harvester.node (name) VALUES (?) RETURNING node_id";

  /** The sequence of {@code series_id} does not give it out. */
  private static final long NO_SERIES = 0;

  private final WriterConnection.Opener opener;
  private final WritePath path;
  private final InstallationGuard guard;
  private final PendingViews pendingViews;
  private final WriterHealth health = new WriterHealth();
  private final WriterLoad load = new WriterLoad();

  /** Creates a store whose sessions share everything given. */
  public PgSampleStore(
      WriterConnection.Opener opener,
      WritePath path,
      InstallationGuard guard,
      PendingViews pendingViews) {
    this.opener = opener;
    this.path = path;
    this.guard = guard;
    this.pendingViews = pendingViews;
  }

  /**
   * Writes a sample of a node of this name as a writer does, after a flush as for acknowledgements,
   * and rolls back. Only the chunk of now may be created, which the next sample needs in any case.
   */
  public void tryOut(String node) throws SQLException {
    try (WriterConnection connection = opener.open("harvester start check")) {
      path.configureWriter(connection.jdbc());
      WritePath.SampleSender sender = path.sender(connection.jdbc(), connection.pipeline());
      connection.jdbc().setAutoCommit(false);
      SampleBatch batch = new SampleBatch();
      batch.start(new int[] {insertNode(connection.jdbc(), node)});
      batch.add(0, NO_SERIES, System.currentTimeMillis(), 0);
      sender.send(batch);
      connection.nodes().update(batch, connection.pipeline());
      connection.pipeline().run();
      connection.jdbc().rollback();
    } finally {
      path.forget(); // chunks that the transaction created
    }
  }

  /** Whether no writer has failed since the last call of {@link #recover} that succeeded. */
  public boolean isWriting() {
    return health.isGood();
  }

  /** If a writer has failed, tries out whether writing works again. */
  public void recover(String node) throws SQLException {
    if (!health.isGood()) {
      tryOut(node);
      health.clear();
    }
  }

  private static int insertNode(Connection connection, String name) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT_NODE)) {
      insert.setString(1, name);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  @Override
  public ChunkDirectory chunks() {
    return path.chunks();
  }

  /** How busy the sessions are. */
  public WriterLoad load() {
    return load;
  }

  @Override
  public Session open(String writer) {
    return new WriteSession(opener, path, guard, pendingViews, health, writer, load);
  }
}
