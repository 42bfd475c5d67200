// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.access;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Deletes a node and all its data from all tables. */
final class NodeRemoval {
  /**
   * Harvester's tables with columns for node and series, except table {@code series}. Asking the
   * catalog also finds those that later releases add.
   */
  private static final String TABLES =
      """
      SELECT c.oid::regclass::text
        FROM pg_class c
       WHERE c.relnamespace = 'harvester'::regnamespace AND c.relkind IN ('r', 'p')
         AND NOT c.relispartition AND c.relname <> 'series'
         AND (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid
                 AND a.attname IN ('node_id', 'series_id') AND NOT a.attisdropped) = 2
       ORDER BY 1
      """;

  /** Selects by metric and node, because that is what the index has. */
  private static final String SERIES =
      " FROM harvester.series WHERE metric_id IN (SELECT metric_id FROM harvester.metric)"
          + " AND node_id = ";

  private final Connection connection;

  NodeRemoval(Connection connection) {
    this.connection = connection;
  }

  /** The number of samples that a node has written. */
  long samplesWritten(int nodeId) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT samples_total FROM harvester.node WHERE node_id = " + nodeId)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Deletes samples and all other rows of the node's series, but not the series. */
  void deleteData(int nodeId) throws SQLException {
    for (String table : tables()) {
      // By both: columnar chunks are segmented by node, the other tables are indexed by series.
      update(
          "DELETE FROM "
              + table
              + " WHERE node_id = "
              + nodeId
              + " AND series_id IN (SELECT series_id"
              + SERIES
              + nodeId
              + ")");
    }
    update("DELETE FROM harvester.rollup_5m WHERE node_id = " + nodeId);
    update("DELETE FROM harvester.rollup_1h WHERE node_id = " + nodeId);
    if (hasPackedSamples()) {
      update("DELETE FROM harvester.packed_time WHERE node_id = " + nodeId);
    }
  }

  private boolean hasPackedSamples() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT to_regclass('harvester.packed_time') IS NOT NULL")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /** Deletes data, series and the node itself, which the caller has locked. */
  void deleteAll(int nodeId, String node) throws SQLException {
    deleteData(nodeId);
    update("DELETE" + SERIES + nodeId);
    update("DELETE FROM harvester.node WHERE node_id = " + nodeId);
    try (PreparedStatement rejected =
        connection.prepareStatement("DELETE FROM harvester.rejected_sample WHERE node = ?")) {
      rejected.setString(1, node);
      rejected.executeUpdate();
    }
  }

  private List<String> tables() throws SQLException {
    List<String> tables = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(TABLES)) {
      while (row.next()) {
        tables.add(row.getString(1));
      }
    }
    return tables;
  }

  private void update(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
