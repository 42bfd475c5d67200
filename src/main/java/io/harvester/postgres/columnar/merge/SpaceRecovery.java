// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import io.harvester.postgres.columnar.CompressedTable;
import io.harvester.postgres.pg.LockTimeouts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the space of a settled chunk that merging left free: in the TOAST table, in the index,
 * and in the file of the compressed batches themselves. No step takes a lock that readers wait for.
 */
final class SpaceRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(SpaceRecovery.class);

  /** The TOAST table is rewritten if it is larger than its content by this fraction. */
  private static final int TOAST_SLACK = 6;

  /** The index is rebuilt if it takes more bytes than this for each batch. */
  private static final int INDEX_BYTES_PER_BATCH = 150;

  /** Less is not worth the work. */
  private static final long MIN_BYTES = 1 << 20;

  /** Transactions of a rewrite; a VACUUM after each makes what it freed usable for the next. */
  private static final int STEPS = 10;

  private static final int MAX_REWRITES = 2;

  private final Connection connection;
  private final CompressedTable table;

  SpaceRecovery(Connection connection, CompressedTable table) {
    this.connection = connection;
    this.table = table;
  }

  /** Runs all steps; throws what {@link TailTruncation#run} throws. */
  void run() throws SQLException {
    for (int rewrite = 0; rewrite < MAX_REWRITES && hasLooseToast(); rewrite++) {
      rewriteToast();
    }
    new TailTruncation(connection, table).run();
    if (hasLooseIndex()) {
      rebuildIndex();
    }
  }

  /** The columns in the heap count as content, too, so that this errs to no. */
  private boolean hasLooseToast() throws SQLException {
    table.vacuum(connection);
    return table.number(
            connection,
            """
            SELECT pg_relation_size(c.reltoastrelid)
                   - (SELECT coalesce(sum(pg_column_size(series_id) + pg_column_size(time)
                                          + pg_column_size(value)), 0) * (%1$d + 1) / %1$d
                        FROM %2$s)::bigint
              FROM pg_class c WHERE c.oid = '%2$s'::regclass
            """
                .formatted(TOAST_SLACK, table.name()))
        > MIN_BYTES;
  }

  /**
   * Nothing tells which batch a part of the TOAST table belongs to. So all batches are inserted
   * again: PostgreSQL fills the free pages nearest to the start first.
   */
  private void rewriteToast() throws SQLException {
    List<Integer> nodes = nodes();
    LOG.info("chunk {}: TOAST table is rewritten to close its gaps", table.chunk());
    int perStep = nodes.size() / STEPS + 1;
    for (int from = 0; from < nodes.size(); from += perStep) {
      rewrite(nodes.subList(from, Math.min(nodes.size(), from + perStep)));
      table.vacuum(connection);
    }
    table.vacuumAndTruncate(connection);
  }

  private void rewrite(List<Integer> nodes) throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement rewrite =
        connection.prepareStatement(
            "WITH gone AS (DELETE FROM "
                + table.name()
                + " WHERE node_id = ANY (?) RETURNING *) "
                + table.insertFromTable("gone"))) {
      table.storeInLine(connection, false);
      table.lockForRewriting(connection);
      rewrite.setArray(1, connection.createArrayOf("int4", nodes.toArray()));
      rewrite.executeUpdate();
      table.storeInLine(connection, true);
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private List<Integer> nodes() throws SQLException {
    List<Integer> nodes = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT DISTINCT node_id FROM " + table.name() + " ORDER BY 1")) {
      while (row.next()) {
        nodes.add(row.getInt(1));
      }
    }
    return nodes;
  }

  private boolean hasLooseIndex() throws SQLException {
    return table.number(
            connection,
            """
            SELECT pg_indexes_size('%1$s') - (SELECT count(*) * %2$d FROM %1$s)
            """
                .formatted(table.name(), INDEX_BYTES_PER_BATCH))
        > MIN_BYTES;
  }

  /**
   * Merging leaves a few entries on each page of the index. A rebuild that cannot get its locks in
   * time is tried again when the chunk is maintained next: the index works as it is.
   */
  private void rebuildIndex() throws SQLException {
    LockTimeouts.LONG.set(connection);
    try (Statement statement = connection.createStatement()) {
      for (String index : indexes(statement, "NOT indisvalid")) {
        statement.execute("DROP INDEX CONCURRENTLY " + index);
      }
      for (String index : indexes(statement, "indisvalid")) {
        statement.execute("REINDEX INDEX CONCURRENTLY " + index);
      }
    } catch (SQLException e) {
      LOG.info("chunk {}: index is not rebuilt: {}", table.chunk(), e.getMessage());
    }
    LockTimeouts.SHORT.set(connection);
  }

  private List<String> indexes(Statement statement, String condition) throws SQLException {
    List<String> indexes = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = '%s'::regclass AND %s"
                .formatted(table.name(), condition))) {
      while (row.next()) {
        indexes.add(row.getString(1));
      }
    }
    return indexes;
  }
}
