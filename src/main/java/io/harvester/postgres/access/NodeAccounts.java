package io.harvester.postgres.access;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The rows that credentials consist of, within the caller's transaction. */
final class NodeAccounts {
  private final Connection connection;

  NodeAccounts(Connection connection) {
    this.connection = connection;
  }

  /**
   * A node, locked until the transaction ends.
   *
   * @param hasCredential whether it has or had one: a revoked node must not come back by itself
   */
  record Account(int nodeId, boolean hasCredential, boolean disabled) {}

  /** The node's account; the node is made if it is new. */
  Account open(String node) throws SQLException {
    update("INSERT INTO harvester.node (name) VALUES (?) ON CONFLICT (name) DO NOTHING", node);
    return find(node).orElseThrow();
  }

  /** The account of a node that is there. */
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

  /** Gives the node one more token; {@code enrolKey}: the key it was got with, or null. */
  void addToken(int nodeId, byte[] hash, Integer enrolKey) throws SQLException {
    update(
        "INSERT INTO harvester.node_credential (node_id, token_hash, enrol_key_id)"
            + " VALUES (?, ?, ?)",
        nodeId,
        hash,
        enrolKey);
  }

  /** Ends the node's tokens at once; returns how many worked until now. */
  int revokeTokens(int nodeId) throws SQLException {
    return update(
        "UPDATE harvester.node_credential SET revoked_at = now()"
            + " WHERE node_id = ? AND revoked_at IS NULL",
        nodeId);
  }

  /** Writes the audit row. */
  void record(String event, String node, Integer enrolKey, String address) throws SQLException {
    update(
        "INSERT INTO harvester.access_event (event, node, enrol_key_id, address)"
            + " VALUES (?, ?, ?, ?)",
        event,
        node,
        enrolKey,
        address);
  }

  /** Runs a statement; returns how many rows it changed. */
  int update(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement.executeUpdate();
    }
  }
}
