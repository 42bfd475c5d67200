// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.access;

import io.harvester.account.Actor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Reads and writes the rows of nodes and their credentials, in the caller's transaction. */
final class NodeAccounts {
  private final Connection connection;
  private final Actor actor;

  NodeAccounts(Connection connection) {
    this(connection, Actor.OPERATOR);
  }

  /** {@code actor}: who changes something, for the audit log. */
  NodeAccounts(Connection connection, Actor actor) {
    this.connection = connection;
    this.actor = actor;
  }

  /**
   * A node, whose row is locked until the transaction ends.
   *
   * @param hasCredential whether it has or had a credential: a revoked node must not enrol again
   */
  record Account(int nodeId, boolean hasCredential, boolean disabled) {}

  /** Locks a node, which is created if it does not exist. */
  Account open(String node) throws SQLException {
    update("INSERT INTO harvester.node (name) VALUES (?) ON CONFLICT (name) DO NOTHING", node);
    return find(node).orElseThrow();
  }

  /** Locks a node, if it exists. */
  Optional<Account> find(String node) throws SQLException {
    String sql =
        """
        SELECT n.node_id,
               EXISTS (SELECT FROM harvester.node_credential c WHERE c.node_id = n.node_id),
               EXISTS (SELECT FROM harvester.node_access a
                        WHERE a.node_id = n.node_id AND a.disabled_at IS NOT NULL)
          FROM harvester.node n WHERE n.name = ? FOR UPDATE OF n
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, node);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(new Account(row.getInt(1), row.getBoolean(2), row.getBoolean(3)))
            : Optional.empty();
      }
    }
  }

  /**
   * Adds a token to those of the node.
   *
   * @param enrolKey id of the enrolment key that it was exchanged for, or null
   */
  void addToken(int nodeId, byte[] hash, Integer enrolKey) throws SQLException {
    update(
        "INSERT INTO harvester.node_credential (node_id, token_hash, enrol_key_id)"
            + " VALUES (?, ?, ?)",
        nodeId,
        hash,
        enrolKey);
  }

  /**
   * Revokes all tokens of the node.
   *
   * @return how many were revoked
   */
  int revokeTokens(int nodeId) throws SQLException {
    return update(
        "UPDATE harvester.node_credential SET revoked_at = now()"
            + " WHERE node_id = ? AND revoked_at IS NULL",
        nodeId);
  }

  /**
   * Adds a row about credentials to the audit log.
   *
   * @param node name of the node, or null
   * @param enrolKey id of the enrolment key that was used, or null
   * @param address the client's address; null: that of the actor
   */
  void record(String event, String node, Integer enrolKey, String address) throws SQLException {
    record("access", event, node, enrolKey, address == null ? actor.address() : address);
  }

  /** Adds a row of another kind to the audit log. */
  void record(String kind, String event, String node) throws SQLException {
    record(kind, event, node, null, actor.address());
  }

  private void record(String kind, String event, String node, Integer enrolKey, String address)
      throws SQLException {
    update(
        "INSERT INTO harvester.access_event (kind, event, node, enrol_key_id, address, actor)"
            + " VALUES (?, ?, ?, ?, ?, coalesce(?::text, session_user::text))",
        kind,
        event,
        node,
        enrolKey,
        address,
        actor.name());
  }

  /**
   * Runs a statement with parameters.
   *
   * @return how many rows it changed
   */
  int update(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement.executeUpdate();
    }
  }
}
