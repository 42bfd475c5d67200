// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.layout;

import io.harvester.postgres.packed.PackedTables;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Deletes expired rows from a chunk or partition. Each method returns how many it deleted. */
final class Deletion {
  private static final String OF_METRICS =
      "series_id IN (SELECT series_id FROM harvester.series WHERE metric_id = ANY (?))";

  private Deletion() {}

  /**
   * Deletes from the rowstore in one statement, because a chunk has no index for a single node. The
   * statement names the parent table: before TimescaleDB 2.29 a DELETE from a chunk itself does not
   * see its compressed rows.
   */
  static long fromRows(Connection connection, ChunkSpan span, Expired expired) throws SQLException {
    String condition =
        expired.isEverything() ? "" : " AND " + (expired.allBut() ? "NOT " : "") + OF_METRICS;
    try (Statement setting = connection.createStatement();
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM harvester."
                    + span.table()
                    + " WHERE time >= '"
                    + span.start()
                    + "' AND time < '"
                    + span.end()
                    + "' AND node_id = ANY (?)"
                    + condition)) {
      setting.execute("SET timescaledb.max_tuples_decompressed_per_dml_transaction = 0");
      delete.setArray(1, array(connection, expired.nodes()));
      if (!expired.isEverything()) {
        delete.setArray(2, array(connection, expired.metrics()));
      }
      return delete.executeLargeUpdate();
    }
  }

  /** Deletes packed samples; whole rows, because a row is of one series. */
  static long fromPacked(Connection connection, ChunkSpan span, Expired expired)
      throws SQLException {
    String condition =
        expired.isEverything() ? "" : " AND " + (expired.allBut() ? "NOT " : "") + OF_METRICS;
    connection.setAutoCommit(false);
    try (PreparedStatement delete =
        connection.prepareStatement(
            "WITH gone AS (DELETE FROM harvester.packed_sample WHERE clock_id >="
                + " harvester.packed_hour('"
                + span.start()
                + "') AND clock_id < harvester.packed_hour('"
                + span.end()
                + "') AND node_id = ANY (?)"
                + condition
                + " RETURNING array_length(array_remove(value[1:], NULL), 1) AS samples)"
                + " SELECT coalesce(sum(samples), 0)::bigint FROM gone")) {
      delete.setArray(1, array(connection, expired.nodes()));
      if (!expired.isEverything()) {
        delete.setArray(2, array(connection, expired.metrics()));
      }
      long deleted;
      try (ResultSet row = delete.executeQuery()) {
        row.next();
        deleted = row.getLong(1);
      }
      PackedTables.deleteUnusedTimes(
          connection, span.start(), span.end(), expired.nodes().toArray(Integer[]::new));
      connection.commit();
      return deleted;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /**
   * Deletes from the columnstore, where each node is a segment, in a transaction per node. A whole
   * segment is deleted without being decompressed. Of any other, the rows to be kept are inserted
   * again, compressed: a DELETE by series would decompress the segment into the rowstore.
   */
  static long fromSegments(Connection connection, ChunkSpan span, Expired expired)
      throws SQLException {
    long deleted = 0;
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SET timescaledb.enable_direct_compress_insert = on;"
              + " SET timescaledb.enable_direct_compress_insert_sort_batches = off;"
              + " SET timescaledb.enable_direct_compress_insert_client_sorted = off;"
              + " SET timescaledb.max_tuples_decompressed_per_dml_transaction = 0");
      connection.commit();
      for (int node : expired.nodes()) {
        deleted += fromSegment(connection, statement, span, node, expired);
        connection.commit();
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    return deleted;
  }

  private static long fromSegment(
      Connection connection, Statement statement, ChunkSpan span, int node, Expired expired)
      throws SQLException {
    // Blocks the node's writer: a late sample stored between the copy of the rows to be kept and
    // the DELETE would be lost.
    statement.execute("SELECT FROM harvester.node WHERE node_id = " + node + " FOR UPDATE");
    String ofNode = " FROM " + span.name() + " WHERE node_id = " + node;
    long before = number(statement, "SELECT count(*)" + ofNode);
    if (before == 0) {
      return 0;
    }
    long kept = 0;
    if (!expired.isEverything()) {
      try (PreparedStatement keep =
          connection.prepareStatement(
              "CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT *"
                  + ofNode
                  + " AND "
                  + (expired.allBut() ? "" : "NOT ")
                  + OF_METRICS)) {
        keep.setArray(1, array(connection, expired.metrics()));
        kept = keep.executeLargeUpdate();
      }
      if (kept == before) {
        return 0;
      }
    }
    statement.execute(
        "DELETE FROM harvester.sample WHERE node_id = %d AND time >= '%s' AND time < '%s'"
            .formatted(node, span.start(), span.end()));
    if (kept > 0) {
      statement.execute(
          "INSERT INTO harvester.sample SELECT * FROM kept ORDER BY node_id, series_id, time");
    }
    return before - kept;
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Array array(Connection connection, List<Integer> ids) throws SQLException {
    return connection.createArrayOf("int4", ids.toArray());
  }
}
