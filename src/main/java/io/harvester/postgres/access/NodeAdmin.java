package io.harvester.postgres.access;

import io.harvester.auth.NodePattern;
import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.access.NodeAccounts.Account;
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
 * What an operator does to nodes and their credentials. Every call is one transaction; running
 * aggregators notice within seconds.
 */
public final class NodeAdmin implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(10); // deleting samples takes a while

  private final Connection connection;
  private final NodeAccounts accounts;

  /** Connects to the database that the aggregator uses. */
  public NodeAdmin(DatabaseUrl url) throws SQLException {
    connection = new Jdbc(url, TIMEOUT).open("harvester node");
    connection.setAutoCommit(false);
    accounts = new NodeAccounts(connection);
  }

  /** What is asked for cannot be done; the message is for the operator. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * A node as {@code node list} shows it.
   *
   * @param tokens tokens that work
   * @param mayWrite foreign nodes it may write
   */
  public record Listed(
      String node,
      String state,
      int tokens,
      List<String> mayWrite,
      Instant lastWriteAt,
      long samples) {}

  /** Gives a node its first token. */
  public void add(String node, byte[] tokenHash, List<NodePattern> mayWrite)
      throws SQLException, RefusedException {
    Account account = accounts.open(node);
    if (account.hasCredential()) {
      connection.rollback();
      throw new RefusedException(
          "node " + node + " has, or had, a credential; give it a new one by: node rotate " + node);
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

  /** Gives a node a new token; the old ones work for that much longer. */
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

  /** Ends every token of a node; returns how many. */
  public int revoke(String node) throws SQLException, RefusedException {
    int ended = accounts.revokeTokens(existing(node).nodeId());
    done("revoked", node);
    return ended;
  }

  /** Shuts a node out whatever it shows, or lets it in again. */
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

  /** Forgets a node; with its samples, or only if there are none. Returns how many it wrote. */
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
              + " samples; --with-data deletes them too, \"node revoke\" only ends its access");
    }
    connection.commit();
    disable(node, true);
    // Most of the work without a lock on the node: a writer that waits for one holds up others.
    removal.deleteData(id);
    connection.commit();
    removal.deleteAll(existing(node).nodeId(), node);
    done("removed", node);
    return samples;
  }

  /** Sets quotas of a node; null: as by default. */
  public void limit(
      String node, Integer series, Integer newSeriesPerHour, Integer samplesPerSecond, Long bytes)
      throws SQLException, RefusedException {
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
        series,
        newSeriesPerHour,
        samplesPerSecond,
        bytes);
    done("limited", node);
  }

  /** Makes an enrolment key; returns when it expires. */
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
    done("enrolment key made for " + uses + " × " + nodes.text(), null);
    return expires;
  }

  /** Every node that has or had a credential or a row of its own, and every one that wrote. */
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
