// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.access;

import io.harvester.auth.AccessUnavailableException;
import io.harvester.auth.EnrolmentStore;
import io.harvester.auth.NodePattern;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Exchanges enrolment keys for tokens, each in a transaction on a connection of its own. */
public final class PgEnrolment implements EnrolmentStore {
  private final Jdbc jdbc;

  /** Opens a connection for each enrolment. */
  public PgEnrolment(Jdbc jdbc) {
    this.jdbc = jdbc;
  }

  private record Key(int id, NodePattern nodes, boolean reEnrol) {}

  @Override
  public Result enrol(byte[] keyHash, String node, byte[] token, String address)
      throws AccessUnavailableException {
    try (Connection connection = jdbc.open("harvester enrolment")) {
      connection.setAutoCommit(false);
      Result result = enrol(connection, keyHash, node, token, address);
      if (result == Result.ENROLLED) {
        connection.commit();
      } else {
        connection.rollback();
      }
      return result;
    } catch (SQLException e) {
      throw new AccessUnavailableException("enrolment failed: " + SqlErrors.describe(e), e);
    }
  }

  private static Result enrol(
      Connection connection, byte[] keyHash, String node, byte[] token, String address)
      throws SQLException {
    Key key = use(connection, keyHash);
    if (key == null) {
      return Result.KEY_REFUSED;
    }
    if (!key.nodes().matches(node)) {
      return Result.NODE_REFUSED;
    }
    NodeAccounts accounts = new NodeAccounts(connection);
    NodeAccounts.Account account = accounts.open(node);
    if (account.disabled() || (account.hasCredential() && !key.reEnrol())) {
      return Result.ALREADY_ENROLLED;
    }
    accounts.revokeTokens(account.nodeId());
    accounts.addToken(account.nodeId(), token, key.id());
    accounts.record("enrolled", node, key.id(), address);
    return Result.ENROLLED;
  }

  /** Uses the key once. Returns null if the key is unknown, expired or used up. */
  private static Key use(Connection connection, byte[] hash) throws SQLException {
    String sql =
        """
        UPDATE harvester.enrol_key SET uses_left = uses_left - 1
         WHERE key_hash = ? AND uses_left > 0 AND expires_at > now()
        RETURNING enrol_key_id, node_pattern, re_enrol
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setBytes(1, hash);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? new Key(row.getInt(1), new NodePattern(row.getString(2)), row.getBoolean(3))
            : null;
      }
    }
  }
}
