// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import io.harvester.postgres.pg.PgTimestamps;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Finds duplicate samples of one chunk by query, and removes them. */
final class DuplicateAudit {
  private static final String DUPLICATES =
      """
      SELECT node_id, count(*) FROM (
        SELECT node_id FROM harvester.sample WHERE time >= ? AND time < ? %s
         GROUP BY node_id, series_id, time HAVING count(*) > 1) d
       GROUP BY node_id
      """;

  private final Connection connection;
  private final Instant start;
  private final Instant end;

  /** For the chunk of the samples in [start, end). */
  DuplicateAudit(Connection connection, Instant start, Instant end) {
    this.connection = connection;
    this.start = start;
    this.end = end;
  }

  /** Counts the samples that are stored more than once, by {@code node_id}, of all nodes. */
  Map<Integer, Long> ofAllNodes() throws SQLException {
    try (PreparedStatement find = connection.prepareStatement(DUPLICATES.formatted(""))) {
      return find(find);
    }
  }

  /** Counts the samples that are stored more than once, by {@code node_id}, of some nodes. */
  Map<Integer, Long> of(Collection<Integer> nodes) throws SQLException {
    if (nodes.isEmpty()) {
      return Map.of();
    }
    try (PreparedStatement find =
        connection.prepareStatement(DUPLICATES.formatted("AND node_id = ANY (?)"))) {
      find.setArray(3, connection.createArrayOf("int4", nodes.toArray()));
      return find(find);
    }
  }

  private Map<Integer, Long> find(PreparedStatement find) throws SQLException {
    find.setObject(1, PgTimestamps.utc(start));
    find.setObject(2, PgTimestamps.utc(end));
    Map<Integer, Long> duplicatesByNode = new TreeMap<>();
    try (ResultSet row = find.executeQuery()) {
      while (row.next()) {
        duplicatesByNode.put(row.getInt(1), row.getLong(2));
      }
    }
    return duplicatesByNode;
  }

  /**
   * Rewrites one node's samples of the chunk, each once. The lock on the node blocks its writer
   * meanwhile.
   */
  void repair(int node) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      String range = "node_id = %d AND time >= '%s' AND time < '%s'".formatted(node, start, end);
      statement.execute("SELECT FROM harvester.node WHERE node_id = " + node + " FOR UPDATE");
      statement.execute(
          "CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT DISTINCT ON (series_id, time) *"
              + " FROM harvester.sample WHERE "
              + range
              + " ORDER BY series_id, time");
      statement.execute("DELETE FROM harvester.sample WHERE " + range);
      statement.execute(
          "INSERT INTO harvester.sample SELECT * FROM kept ORDER BY node_id, series_id, time");
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }
}
