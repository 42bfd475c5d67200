// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.access;

import io.harvester.account.Actor;
import io.harvester.auth.NodePattern;
import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.access.NodeAccounts.Account;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.quota.QuotaOverride;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Administers nodes and their credentials, for the operator's commands. Every call is a
 * transaction, except {@link #remove}, which is several. Running aggregators apply changes within
 * seconds.
 */
public final class NodeAdmin implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(10); // for deleting samples

  private final Connection connection;
  private final NodeAccounts accounts;

  /**
   * Connects to a database.
   *
   * @throws SQLException if it cannot be reached or refuses the connection
   */
  public NodeAdmin(DatabaseUrl url) throws SQLException {
    this(new Jdbc(url, TIMEOUT).open("harvester node"), Actor.OPERATOR);
  }

  /** Uses a connection, which it closes, on behalf of somebody. */
  NodeAdmin(Connection connection, Actor actor) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(false);
    accounts = new NodeAccounts(connection, actor);
  }

  /** A request that cannot be fulfilled. The message is for the operator. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    /** Takes the reason. */
    public RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * A node as {@code node list} shows it.
   *
   * @param node its name
   * @param state {@code enabled}, {@code disabled} or {@code no credential}
   * @param tokens number of valid tokens
   * @param mayWrite patterns of other nodes that it may write for
   * @param lastWriteAt time of its last write, or null
   * @param samples number of samples that it has written
   */
  public record Listed(
      String node,
      String state,
      int tokens,
      List<String> mayWrite,
      Instant lastWriteAt,
      long samples) {}

  /**
   * Adds a node with its first token.
   *
   * @param mayWrite patterns of other nodes that it may write for
   * @throws RefusedException if the node has or had a credential
   */
  public void add(String node, byte[] tokenHash, List<NodePattern> mayWrite)
      throws SQLException, RefusedException {
    Account account = accounts.open(node);
    if (account.hasCredential()) {
      connection.rollback();
      throw new RefusedException(
          "node "
              + node
              + " already has or had a credential; to replace it, run: node rotate "
              + node);
    }
    accounts.addToken(account.nodeId(), tokenHash, null);
    if (!mayWrite.isEmpty()) {
      setMayWrite(account.nodeId(), mayWrite);
    }
    done("added", node);
  }

  private void setMayWrite(int nodeId, List<NodePattern> mayWrite) throws SQLException {
    String[] patterns = mayWrite.stream().map(NodePattern::text).toArray(String[]::new);
    accounts.update(
        "INSERT INTO harvester.node_access (node_id, may_write) VALUES (?, ?)"
            + " ON CONFLICT (node_id) DO UPDATE SET may_write = excluded.may_write",
        nodeId,
        connection.createArrayOf("text", patterns));
  }

  /**
   * Adds a new token to a node and lets its others expire.
   *
   * @param overlap how long the others remain valid
   * @throws RefusedException if the node does not exist
   */
  public void rotate(String node, byte[] tokenHash, Duration overlap)
      throws SQLException, RefusedException {
    int id = existing(node).nodeId();
    accounts.update(
        "UPDATE harvester.node_credential"
            + " SET expires_at = least(expires_at, now() + ? * interval '1 second')"
            + " WHERE node_id = ? AND revoked_at IS NULL",
        overlap.toSeconds(),
        id);
    accounts.addToken(id, tokenHash, null);
    done("rotated", node);
  }

  /**
   * Revokes all tokens of a node.
   *
   * @return how many were revoked
   * @throws RefusedException if the node does not exist
   */
  public int revoke(String node) throws SQLException, RefusedException {
    int revoked = accounts.revokeTokens(existing(node).nodeId());
    done("revoked", node);
    return revoked;
  }

  /**
   * Refuses all requests of a node, whatever its credential, or admits it again.
   *
   * @throws RefusedException if the node does not exist
   */
  public void disable(String node, boolean disabled) throws SQLException, RefusedException {
    accounts.update(
        "INSERT INTO harvester.node_access AS a (node_id, disabled_at)"
            + " VALUES (?, CASE WHEN ? THEN now() END) ON CONFLICT (node_id) DO UPDATE"
            + " SET disabled_at = CASE WHEN excluded.disabled_at IS NOT NULL"
            + " THEN coalesce(a.disabled_at, excluded.disabled_at) END",
        existing(node).nodeId(),
        disabled);
    done(disabled ? "disabled" : "enabled", node);
  }

  /**
   * Removes a node from all tables.
   *
   * @param withData whether its samples are deleted, too
   * @return how many samples it has written
   * @throws RefusedException if the node does not exist, or has samples and {@code withData} is
   *     false
   */
  public long remove(String node, boolean withData) throws SQLException, RefusedException {
    NodeRemoval removal = new NodeRemoval(connection);
    int id = existing(node).nodeId();
    long samples = removal.samplesWritten(id);
    if (samples > 0 && !withData) {
      connection.rollback();
      throw new RefusedException(
          "node "
              + node
              + " has written "
              + samples
              + " samples; --with-data deletes them, too; \"node revoke\" only ends its access");
    }
    connection.commit();
    disable(node, true);
    // Most rows are deleted without a lock on the node: a writer that waits for it delays others.
    removal.deleteData(id);
    connection.commit();
    removal.deleteAll(existing(node).nodeId(), node);
    done("removed", node);
    return samples;
  }

  /**
   * The quotas of a node, whose row stays locked until the next call.
   *
   * @throws RefusedException if the node does not exist
   */
  public QuotaOverride quotas(String node) throws SQLException, RefusedException {
    int id = existing(node).nodeId();
    String sql =
        """
        SELECT max_series, max_new_series_per_hour, max_samples_per_second,
               max_body_bytes_per_second
          FROM harvester.node_access WHERE node_id = ?
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, id);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? new QuotaOverride(
                (Integer) row.getObject(1),
                (Integer) row.getObject(2),
                (Integer) row.getObject(3),
                (Long) row.getObject(4))
            : new QuotaOverride(null, null, null, null);
      }
    }
  }

  /**
   * Sets the quotas of a node.
   *
   * @throws RefusedException if the node does not exist
   */
  public void limit(String node, QuotaOverride quotas) throws SQLException, RefusedException {
    accounts.update(
        """
        INSERT INTO harvester.node_access (node_id, max_series, max_new_series_per_hour,
               max_samples_per_second, max_body_bytes_per_second)
        VALUES (?, ?, ?, ?, ?) ON CONFLICT (node_id) DO UPDATE
           SET max_series = excluded.max_series,
               max_new_series_per_hour = excluded.max_new_series_per_hour,
               max_samples_per_second = excluded.max_samples_per_second,
               max_body_bytes_per_second = excluded.max_body_bytes_per_second
        """,
        existing(node).nodeId(),
        quotas.series(),
        quotas.newSeriesPerHour(),
        quotas.samplesPerSecond(),
        quotas.bodyBytesPerSecond());
    done("limited", node);
  }

  /**
   * Adds an enrolment key.
   *
   * @param uses how many nodes can enrol with it
   * @param reEnrol whether nodes that have a credential can enrol with it
   * @param nodes pattern of the names that can enrol
   * @return when it expires
   */
  public Instant addEnrolKey(
      byte[] keyHash, int uses, Duration validity, boolean reEnrol, NodePattern nodes)
      throws SQLException {
    Instant expires = Instant.now().plus(validity);
    accounts.update(
        "INSERT INTO harvester.enrol_key (key_hash, node_pattern, uses_left, re_enrol, expires_at)"
            + " VALUES (?, ?, ?, ?, ?)",
        keyHash,
        nodes.text(),
        uses,
        reEnrol,
        java.sql.Timestamp.from(expires));
    done("enrolment key added for " + uses + " × " + nodes.text(), null);
    return expires;
  }

  /** Lists all nodes by name: those with a credential and those that have written. */
  public List<Listed> list() throws SQLException {
    String sql =
        """
        SELECT n.name, n.last_write_at, n.samples_total, a.disabled_at IS NOT NULL,
               coalesce(a.may_write, '{}'),
               (SELECT count(*) FROM harvester.node_credential c
                 WHERE c.node_id = n.node_id AND c.revoked_at IS NULL
                   AND (c.expires_at IS NULL OR c.expires_at > now()))
          FROM harvester.node n LEFT JOIN harvester.node_access a USING (node_id)
         ORDER BY n.name
        """;
    List<Listed> nodes = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        int tokens = row.getInt(6);
        String state = row.getBoolean(4) ? "disabled" : tokens > 0 ? "enabled" : "no credential";
        java.sql.Timestamp lastWrite = row.getTimestamp(2);
        nodes.add(
            new Listed(
                row.getString(1),
                state,
                tokens,
                List.of((String[]) row.getArray(5).getArray()),
                lastWrite == null ? null : lastWrite.toInstant(),
                row.getLong(3)));
      }
    }
    connection.rollback();
    return nodes;
  }

  private Account existing(String node) throws SQLException, RefusedException {
    var account = accounts.find(node);
    if (account.isEmpty()) {
      connection.rollback();
      throw new RefusedException("there is no node " + node);
    }
    return account.get();
  }

  private void done(String event, String node) throws SQLException {
    accounts.record(event, node, null, null);
    connection.commit();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
