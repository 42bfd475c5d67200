// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.access;

import io.harvester.account.AccountStore;
import io.harvester.account.Actor;
import io.harvester.auth.AccessUnavailableException;
import io.harvester.auth.Account;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.SqlErrors;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Accounts and sessions in the database. */
public final class PgAccounts implements AccountStore {
  /** When a session was used is written this often at most. */
  private static final Duration MAX_PRECISION = Duration.ofMinutes(1);

  private static final int PRECISION_OF_IDLE = 4;

  private static final String SESSION =
      """
      WITH found AS (
          SELECT s.session_id, s.last_used_at, a.name, a.admin, a.may_read
            FROM harvester.account_session s JOIN harvester.account a USING (account_id)
           WHERE s.token_hash = $1 AND a.disabled_at IS NULL AND s.ends_at > now()
             AND s.last_used_at > now() - $2::bigint * interval '1 millisecond'),
      used AS (
          UPDATE harvester.account_session s SET last_used_at = now()
            FROM found f
           WHERE s.session_id = f.session_id
             AND f.last_used_at < now() - $3::bigint * interval '1 millisecond')
      SELECT name, admin, may_read FROM found
      """;

  private static final String NAMED =
      "SELECT name, admin, may_read FROM harvester.account WHERE name = $1 AND disabled_at IS NULL";

  private static final String FIND =
      "SELECT account_id, name, admin, may_read, password_hash, disabled_at IS NOT NULL"
          + " FROM harvester.account WHERE name = ?";

  /** Waits for a change of the password, and then finds another one. */
  private static final String LOCK =
      "SELECT FROM harvester.account WHERE account_id = ? AND password_hash = ?"
          + " AND disabled_at IS NULL FOR NO KEY UPDATE";

  private final Pool pool;
  private final Jdbc jdbc;
  private final Duration idle;
  private final Duration max;

  /**
   * Reads sessions through a pool, and opens a connection for each login.
   *
   * @param idle time without a request after which a session ends
   * @param max time after which it ends in any case
   */
  public PgAccounts(Pool pool, Jdbc jdbc, Duration idle, Duration max) {
    this.pool = pool;
    this.jdbc = jdbc;
    this.idle = idle;
    this.max = max;
  }

  @Override
  public CompletionStage<Optional<Account>> session(byte[] token) {
    long precision = Math.min(MAX_PRECISION.toMillis(), idle.toMillis() / PRECISION_OF_IDLE);
    return account(SESSION, Tuple.of(Buffer.buffer(token), idle.toMillis(), precision));
  }

  @Override
  public CompletionStage<Optional<Account>> named(String name) {
    return account(NAMED, Tuple.of(name));
  }

  private CompletionStage<Optional<Account>> account(String sql, Tuple parameters) {
    return pool.preparedQuery(sql)
        .execute(parameters)
        .map(
            rows -> {
              RowIterator<Row> row = rows.iterator();
              return row.hasNext() ? Optional.of(account(row.next())) : Optional.<Account>empty();
            })
        .toCompletionStage();
  }

  private static Account account(Row row) {
    String name = row.getString(0);
    return new Account(
        name,
        row.getBoolean(1),
        PgAccess.patterns("account=" + name + " may_read", row.getArrayOfStrings(2)));
  }

  @Override
  public Optional<Stored> find(String name) throws AccessUnavailableException {
    return run(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
              return row.next() ? Optional.of(stored(row)) : Optional.<Stored>empty();
            }
          }
        });
  }

  private static Stored stored(ResultSet row) throws SQLException {
    String name = row.getString(2);
    String[] mayRead = (String[]) row.getArray(4).getArray();
    return new Stored(
        row.getInt(1),
        new Account(
            name, row.getBoolean(3), PgAccess.patterns("account=" + name + " may_read", mayRead)),
        row.getString(5),
        row.getBoolean(6));
  }

  @Override
  public boolean open(Stored login, byte[] token, String address)
      throws AccessUnavailableException {
    return run(connection -> open(connection, login, token, address));
  }

  private boolean open(Connection connection, Stored login, byte[] token, String address)
      throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
      lock.setInt(1, login.id());
      lock.setString(2, login.hash());
      try (ResultSet row = lock.executeQuery()) {
        if (!row.next()) {
          return false;
        }
      }
    }
    NodeAccounts rows = new NodeAccounts(connection, new Actor(login.account().name(), address));
    rows.update(
        "DELETE FROM harvester.account_session WHERE ends_at <= now()"
            + " OR last_used_at <= now() - ? * interval '1 millisecond'",
        idle.toMillis());
    rows.update(
        "INSERT INTO harvester.account_session (account_id, token_hash, address, ends_at)"
            + " VALUES (?, ?, ?, now() + ? * interval '1 millisecond')",
        login.id(),
        token,
        address,
        max.toMillis());
    rows.update(
        "UPDATE harvester.account SET last_login_at = now() WHERE account_id = ?", login.id());
    rows.record("account", "logged in", null);
    return true;
  }

  @Override
  public void end(byte[] token, String address) throws AccessUnavailableException {
    run(
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "DELETE FROM harvester.account_session s USING harvester.account a"
                      + " WHERE s.token_hash = ? AND a.account_id = s.account_id"
                      + " RETURNING a.name")) {
            statement.setBytes(1, token);
            try (ResultSet row = statement.executeQuery()) {
              if (row.next()) {
                new NodeAccounts(connection, new Actor(row.getString(1), address))
                    .record("account", "logged out", null);
              }
            }
          }
          return null;
        });
  }

  @Override
  public void failed(Optional<String> name, String address) throws AccessUnavailableException {
    run(
        connection -> {
          new NodeAccounts(connection, new Actor(name.orElse("(no account)"), address))
              .record("account", "login failed", null);
          return null;
        });
  }

  /** Something to do in a transaction. */
  @FunctionalInterface
  private interface Task<T> {
    T run(Connection connection) throws SQLException;
  }

  private <T> T run(Task<T> task) throws AccessUnavailableException {
    try (Connection connection = jdbc.open("harvester login")) {
      connection.setAutoCommit(false);
      T result = task.run(connection);
      connection.commit();
      return result;
    } catch (SQLException e) {
      throw new AccessUnavailableException("the login failed: " + SqlErrors.describe(e), e);
    }
  }
}
