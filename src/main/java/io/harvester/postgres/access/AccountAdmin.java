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
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Administers accounts of people, for the operator's commands. Every call is a transaction. Running
 * aggregators apply changes within seconds.
 */
public final class AccountAdmin implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Connection connection;
  private final NodeAccounts rows;

  /**
   * Connects to a database.
   *
   * @throws SQLException if it cannot be reached or refuses the connection
   */
  public AccountAdmin(DatabaseUrl url) throws SQLException {
    connection = new Jdbc(url, TIMEOUT).open("harvester user");
    connection.setAutoCommit(false);
    rows = new NodeAccounts(connection);
  }

  /**
   * An account.
   *
   * @param mayRead patterns of the nodes that it may read
   * @param sessions how many are open
   * @param lastLoginAt null: never
   */
  public record Listed(
      String name,
      boolean admin,
      List<String> mayRead,
      boolean disabled,
      int sessions,
      Instant lastLoginAt) {}

  /**
   * Adds an account.
   *
   * @param hash of its password
   * @throws RefusedException if there is one of that name
   */
  public void add(String name, String hash, boolean admin, List<NodePattern> mayRead)
      throws SQLException, RefusedException {
    int added =
        rows.update(
            "INSERT INTO harvester.account (name, password_hash, admin, may_read)"
                + " VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
            name,
            hash,
            admin,
            connection.createArrayOf(
                "text", mayRead.stream().map(NodePattern::text).toArray(String[]::new)));
    done(
        added,
        admin ? "admin added: " : "viewer added: ",
        name,
        "there is already a user " + name + "; to change the password, run: user password " + name);
  }

  /**
   * Changes the password, and ends the sessions.
   *
   * @throws RefusedException if there is none of that name
   */
  public void changePassword(String name, String hash) throws SQLException, RefusedException {
    int changed =
        rows.update("UPDATE harvester.account SET password_hash = ? WHERE name = ?", hash, name);
    endSessions(name);
    done(changed, "password changed: ", name, missing(name));
  }

  /**
   * Ends the sessions and refuses further logins, or admits them again.
   *
   * @throws RefusedException if there is none of that name
   */
  public void disable(String name, boolean disabled) throws SQLException, RefusedException {
    int changed =
        rows.update(
            "UPDATE harvester.account SET disabled_at = CASE WHEN ? THEN"
                + " coalesce(disabled_at, now()) END WHERE name = ?",
            disabled,
            name);
    endSessions(name);
    done(changed, disabled ? "disabled: " : "enabled: ", name, missing(name));
  }

  /**
   * Removes an account.
   *
   * @throws RefusedException if there is none of that name
   */
  public void remove(String name) throws SQLException, RefusedException {
    int removed = rows.update("DELETE FROM harvester.account WHERE name = ?", name);
    done(removed, "removed: ", name, missing(name));
  }

  /** After a change of the account, whose lock keeps logins waiting. */
  private void endSessions(String name) throws SQLException {
    rows.update(
        "DELETE FROM harvester.account_session WHERE account_id ="
            + " (SELECT account_id FROM harvester.account WHERE name = ?)",
        name);
  }

  private static String missing(String name) {
    return "there is no user " + name;
  }

  /** All accounts by name. */
  public List<Listed> list() throws SQLException {
    String sql =
        """
        SELECT a.name, a.admin, a.may_read, a.disabled_at IS NOT NULL, a.last_login_at,
               (SELECT count(*) FROM harvester.account_session s
                 WHERE s.account_id = a.account_id AND s.ends_at > now())
          FROM harvester.account a ORDER BY a.name
        """;
    List<Listed> accounts = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        Timestamp lastLogin = row.getTimestamp(5);
        accounts.add(
            new Listed(
                row.getString(1),
                row.getBoolean(2),
                List.of((String[]) row.getArray(3).getArray()),
                row.getBoolean(4),
                row.getInt(6),
                lastLogin == null ? null : lastLogin.toInstant()));
      }
    }
    connection.rollback();
    return accounts;
  }

  private void done(int changed, String event, String name, String otherwise)
      throws SQLException, RefusedException {
    if (changed == 0) {
      connection.rollback();
      throw new RefusedException(otherwise);
    }
    rows.record("account", event + name, null);
    connection.commit();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
