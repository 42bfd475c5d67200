// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.access;

import io.harvester.account.Actor;
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
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Tags of nodes, and notes, for the operator's commands. Every call is a transaction. */
public final class FleetAdmin implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Connection connection;
  private final NodeAccounts accounts;

  /**
   * Connects to a database.
   *
   * @throws SQLException if it cannot be reached or refuses the connection
   */
  public FleetAdmin(DatabaseUrl url) throws SQLException {
    this(new Jdbc(url, TIMEOUT).open("harvester fleet"), Actor.OPERATOR);
  }

  /** Uses a connection, which it closes, on behalf of somebody. */
  FleetAdmin(Connection connection, Actor actor) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(false);
    accounts = new NodeAccounts(connection, actor);
  }

  /**
   * What happened.
   *
   * @param node a node's name, or null: all nodes
   * @param kind "note" or "maintenance"
   * @param from when it began, or null: now
   * @param length how long it took or takes; zero: it is a moment
   */
  public record Note(
      String node, String kind, Instant from, Duration length, String who, String text) {}

  /** The tags of a node, by key. */
  public Map<String, String> tags(String node) throws SQLException, RefusedException {
    int id = existing(node);
    Map<String, String> tags = new TreeMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT key, value FROM harvester.node_tag WHERE node_id = ?")) {
      statement.setInt(1, id);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          tags.put(row.getString(1), row.getString(2));
        }
      }
    }
    connection.rollback();
    return tags;
  }

  /**
   * Adds tags to a node, or changes their values.
   *
   * @throws RefusedException if the node does not exist
   */
  public void tag(String node, Map<String, String> tags) throws SQLException, RefusedException {
    int id = existing(node);
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      accounts.update(
          "INSERT INTO harvester.node_tag (node_id, key, value) VALUES (?, ?, ?)"
              + " ON CONFLICT (node_id, key) DO UPDATE SET value = excluded.value",
          id,
          tag.getKey(),
          tag.getValue());
      accounts.record("fleet", "tag " + tag.getKey() + "=" + tag.getValue(), node);
    }
    connection.commit();
  }

  /**
   * Removes tags from a node.
   *
   * @throws RefusedException if the node does not exist or lacks one of them; then all are kept
   */
  public void untag(String node, Collection<String> keys) throws SQLException, RefusedException {
    int id = existing(node);
    for (String key : keys) {
      if (accounts.update("DELETE FROM harvester.node_tag WHERE node_id = ? AND key = ?", id, key)
          == 0) {
        throw refused("node " + node + " has no tag " + key);
      }
      accounts.record("fleet", "tag removed: " + key, node);
    }
    connection.commit();
  }

  /**
   * Adds a note.
   *
   * @return its number
   * @throws RefusedException if its node does not exist
   */
  public int add(Note note) throws SQLException, RefusedException {
    if (note.node() != null) {
      existing(note.node());
    }
    String sql =
        """
        INSERT INTO harvester.annotation (time, time_end, node, kind, who, text)
        SELECT t.time, CASE WHEN l.ms > 0 THEN t.time + l.ms * interval '1 millisecond' END, ?, ?, ?, ?
          FROM (SELECT coalesce(?::timestamptz, now())) t (time), (SELECT ?::bigint) l (ms)
        RETURNING annotation_id
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, note.node());
      statement.setString(2, note.kind());
      statement.setString(3, note.who());
      statement.setString(4, note.text());
      statement.setTimestamp(5, note.from() == null ? null : Timestamp.from(note.from()));
      statement.setLong(6, note.length().toMillis());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        int number = row.getInt(1);
        accounts.record("fleet", note.kind() + " " + number + " added", note.node());
        connection.commit();
        return number;
      }
    }
  }

  private int existing(String node) throws SQLException, RefusedException {
    var account = accounts.find(node);
    if (account.isEmpty()) {
      throw refused("there is no node " + node);
    }
    return account.get().nodeId();
  }

  private RefusedException refused(String reason) throws SQLException {
    connection.rollback();
    return new RefusedException(reason);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
