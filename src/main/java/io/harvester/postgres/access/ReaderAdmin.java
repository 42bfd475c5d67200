// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.access;

import io.harvester.auth.NodePattern;
import io.harvester.auth.Secret;
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
  private final ReaderRoles roles;

  /**
   * Connects to a database.
   *
   * @throws SQLException if it cannot be reached or refuses the connection
   */
  public ReaderAdmin(DatabaseUrl url) throws SQLException {
    connection = new Jdbc(url, TIMEOUT).open("harvester reader");
    connection.setAutoCommit(false);
    accounts = new NodeAccounts(connection);
    roles = new ReaderRoles(connection);
  }

  /**
   * A reader.
   *
   * @param mayRead patterns of the nodes that it may read
   * @param sql whether it is a login role, too
   */
  public record Listed(String name, List<String> mayRead, boolean sql, Instant createdAt) {}

  /**
   * Adds a reader.
   *
   * @param mayRead patterns of the nodes that it may read
   * @param sql whether to create a login role for it, with the token as its password
   * @throws RefusedException if there is one of that name, or the role cannot be created
   */
  public void add(String name, Secret token, List<NodePattern> mayRead, boolean sql)
      throws SQLException, RefusedException {
    if (sql) {
      roles.create(name, token.reveal());
    }
    int added =
        accounts.update(
            "INSERT INTO harvester.reader (name, token_hash, may_read, sql) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (name) DO NOTHING",
            name,
            token.hash(),
            connection.createArrayOf(
                "text", mayRead.stream().map(NodePattern::text).toArray(String[]::new)),
            sql);
    done(
        added,
        "added",
        name,
        "there is already a reader " + name + "; to replace its token, run: reader rotate " + name);
  }

  /**
   * Replaces the token of a reader, and the password of its role.
   *
   * @return whether it has a role
   * @throws RefusedException if there is none of that name
   */
  public boolean rotate(String name, Secret token) throws SQLException, RefusedException {
    boolean sql = hasRole(name);
    int changed =
        accounts.update(
            "UPDATE harvester.reader SET token_hash = ? WHERE name = ?", token.hash(), name);
    if (sql) {
      roles.changePassword(name, token.reveal());
    }
    done(changed, "rotated", name, "there is no reader " + name);
    return sql;
  }

  private boolean hasRole(String name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT FROM harvester.reader WHERE name = ? AND sql")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  /**
   * Removes a reader and its role.
   *
   * @throws RefusedException if there is none of that name
   */
  public void revoke(String name) throws SQLException, RefusedException {
    if (hasRole(name)) {
      roles.drop(name);
    }
    int removed = accounts.update("DELETE FROM harvester.reader WHERE name = ?", name);
    done(removed, "revoked", name, "there is no reader " + name);
  }

  /** All readers by name. */
  public List<Listed> list() throws SQLException {
    List<Listed> readers = new ArrayList<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                "SELECT name, may_read, sql, created_at FROM harvester.reader ORDER BY name");
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        readers.add(
            new Listed(
                row.getString(1),
                List.of((String[]) row.getArray(2).getArray()),
                row.getBoolean(3),
                row.getTimestamp(4).toInstant()));
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
