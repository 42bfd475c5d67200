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

/** Looks in the database for rows of a chunk that are there twice, and repairs what it finds. */
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

  /** For the chunk that has the samples in [start, end). */
  DuplicateAudit(Connection connection, Instant start, Instant end) {
    this.connection = connection;
    this.start = start;
    this.end = end;
  }

  /** Counts the rows that are there twice by node, for all nodes. */
  Map<Integer, Long> ofAll() throws SQLException {
    try (PreparedStatement find = connection.prepareStatement(DUPLICATES.formatted(""))) {
      return find(find);
    }
  }

  /** The same for some nodes. */
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
    Map<Integer, Long> twice = new TreeMap<>();
    try (ResultSet row = find.executeQuery()) {
      while (row.next()) {
        twice.put(row.getInt(1), row.getLong(2));
      }
    }
    return twice;
  }

  /** Rewrites one node's samples of the chunk; the node's lock keeps its writer away meanwhile. */
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
