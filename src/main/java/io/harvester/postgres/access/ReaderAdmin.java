// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.access;

import io.harvester.auth.NodePattern;
import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.access.NodeAdmin.RefusedException;
import io.harvester.postgres.pg.Jdbc;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Administers readers, for the operator's commands. Every call is a transaction. Running
 * aggregators apply changes within seconds.
 */
public final class ReaderAdmin implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Connection connection;
  private final NodeAccounts accounts;

  /**
   * Connects to a database.
   *
   * @throws SQLException if it cannot be reached or refuses the connection
   */
  public ReaderAdmin(DatabaseUrl url) throws SQLException {
    connection = new Jdbc(url, TIMEOUT).open("harvester reader");
    connection.setAutoCommit(false);
    accounts = new NodeAccounts(connection);
  }

  /**
   * A reader.
   *
   * @param mayRead patterns of the nodes that it may read
   */
  public record Listed(String name, List<String> mayRead, Instant createdAt) {}

  /**
   * Adds a reader.
   *
   * @param mayRead patterns of the nodes that it may read
   * @throws RefusedException if there is one of that name
   */
  public void add(String name, byte[] tokenHash, List<NodePattern> mayRead)
      throws SQLException, RefusedException {
    int added =
        accounts.update(
            "INSERT INTO harvester.reader (name, token_hash, may_read) VALUES (?, ?, ?)"
                + " ON CONFLICT (name) DO NOTHING",
            name,
            tokenHash,
            connection.createArrayOf(
                "text", mayRead.stream().map(NodePattern::text).toArray(String[]::new)));
    done(
        added,
        "added",
        name,
        "there is already a reader " + name + "; to replace its token, run: reader rotate " + name);
  }

  /**
   * Replaces the token of a reader.
   *
   * @throws RefusedException if there is none of that name
   */
  public void rotate(String name, byte[] tokenHash) throws SQLException, RefusedException {
    int changed =
        accounts.update(
            "UPDATE harvester.reader SET token_hash = ? WHERE name = ?", tokenHash, name);
    done(changed, "rotated", name, "there is no reader " + name);
  }

  /**
   * Removes a reader.
   *
   * @throws RefusedException if there is none of that name
   */
  public void revoke(String name) throws SQLException, RefusedException {
    int removed = accounts.update("DELETE FROM harvester.reader WHERE name = ?", name);
    done(removed, "revoked", name, "there is no reader " + name);
  }

  /** All readers by name. */
  public List<Listed> list() throws SQLException {
    List<Listed> readers = new ArrayList<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                "SELECT name, may_read, created_at FROM harvester.reader ORDER BY name");
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        readers.add(
            new Listed(
                row.getString(1),
                List.of((String[]) row.getArray(2).getArray()),
                row.getTimestamp(3).toInstant()));
      }
    }
    connection.rollback();
    return readers;
  }

  private void done(int changed, String event, String name, String otherwise)
      throws SQLException, RefusedException {
    if (changed == 0) {
      connection.rollback();
      throw new RefusedException(otherwise);
    }
    accounts.record("reader " + event + ": " + name, null, null, null);
    connection.commit();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
