// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.postgres.pg.LockTimeouts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The table that holds a columnstore chunk's compressed batches.
 *
 * @param chunk qualified name of the chunk
 * @param name qualified name of the table
 * @param acceptsBatches whether compressed batches may be inserted while others read and write the
 *     chunk
 */
public record CompressedTable(String chunk, String name, boolean acceptsBatches) {
  /**
   * Only a table with exactly the columns of {@link CompressedColumn} and the expected order is
   * used. Other ones are from another version of TimescaleDB, or an operator changed the order.
   */
  private static final String FIND =
      """
      SELECT s.relid::text, s.compress_relid::text, harvester.accepts_compressed_batches(s.relid)
        FROM _timescaledb_catalog.compression_settings s
       WHERE s.relid = ?::regclass
         AND s.segmentby = '{node_id}' AND s.orderby = '{series_id,time}'
         AND s.orderby_desc = '{f,f}'
         AND has_table_privilege(s.compress_relid, 'INSERT')
         AND (SELECT array_agg(attname::text ORDER BY attname) FROM pg_attribute
               WHERE attrelid = s.compress_relid AND attnum > 0 AND NOT attisdropped)
           = (SELECT array_agg(name ORDER BY name COLLATE "C") FROM unnest(?) name)
      """;

  /**
   * The table of a chunk, or null if the chunk has none or its layout is not Harvester's.
   *
   * @param chunk qualified name of the chunk
   */
  public static CompressedTable of(Connection connection, String chunk) throws SQLException {
    try (PreparedStatement find = connection.prepareStatement(FIND)) {
      find.setString(1, chunk);
      find.setArray(2, connection.createArrayOf("text", CompressedColumn.names().toArray()));
      try (ResultSet row = find.executeQuery()) {
        return row.next()
            ? new CompressedTable(row.getString(1), row.getString(2), row.getBoolean(3))
            : null;
      }
    }
  }

  /** Whether all rows of the chunk are in compressed batches, and none in the rowstore. */
  boolean holdsAll(Connection connection) throws SQLException {
    return !ChunkStatus.of(connection, chunk).isPartial();
  }

  /**
   * Sets whether columns of batches that are inserted from now on are stored in line or in TOAST.
   * Within a transaction the change is visible to this connection only until the commit.
   */
  public void storeInLine(Connection connection, boolean inLine) throws SQLException {
    LockTimeouts.LONG.set(connection);
    try (PreparedStatement store =
        connection.prepareStatement(
            "SELECT harvester.set_compressed_batch_storage(?::regclass, ?)")) {
      store.setString(1, chunk);
      store.setBoolean(2, inLine);
      store.execute();
    }
    LockTimeouts.SHORT.set(connection);
  }

  /**
   * Blocks DELETEs and row-wise INSERTs until commit, so that batches can be rewritten. Readers and
   * INSERTs of compressed batches continue. The commit does not wait for the WAL flush: if a crash
   * undoes it, the old batches are back and nothing is lost.
   */
  public void lockForRewriting(Connection connection) throws SQLException {
    execute(
        connection,
        "LOCK TABLE ONLY " + chunk + " IN SHARE MODE; SET LOCAL synchronous_commit = off");
  }

  /** Makes the space of deleted batches reusable. The file keeps its length. */
  public void vacuum(Connection connection) throws SQLException {
    vacuum(connection, "VACUUM (TRUNCATE FALSE) " + name);
  }

  /** The same while the chunk is being filled, also if few pages have deleted batches. */
  public void vacuumGrowing(Connection connection, boolean analyze) throws SQLException {
    vacuum(
        connection, "VACUUM (TRUNCATE FALSE, INDEX_CLEANUP ON, ANALYZE " + analyze + ") " + name);
  }

  /**
   * Vacuums and analyzes the chunk with its compressed table, and truncates each file after its
   * last used page.
   */
  public void vacuumAndTruncate(Connection connection) throws SQLException {
    vacuum(connection, "VACUUM (ANALYZE) " + chunk);
  }

  private static void vacuum(Connection connection, String statement) throws SQLException {
    LockTimeouts.LONG.set(connection);
    execute(connection, statement);
    LockTimeouts.SHORT.set(connection);
  }

  /** The number that a query returns in its only row, such as a size of this table. */
  public long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** An INSERT of all columns from a FROM item that has columns of the same names. */
  public String insertFromTable(String source) {
    String columns = String.join(", ", CompressedColumn.names());
    return "INSERT INTO %s (%s) SELECT %s FROM %s".formatted(name, columns, columns, source);
  }

  /** An INSERT of all columns, in the order of {@link CompressedColumn}, from a FROM item. */
  public String insertFrom(String source) {
    return "INSERT INTO %s %s SELECT * FROM %s".formatted(name, CompressedColumn.list(), source);
  }

  /**
   * An INSERT with the parameters of {@link CompressedBatchArrays}. Large batches come first: the
   * small ones then fill the gaps that are left on the pages.
   */
  public String insertFromArrays() {
    return insertFrom(
        "unnest%s AS batch %s ORDER BY pg_column_size(batch.value) DESC"
            .formatted(CompressedColumn.placeholders(), CompressedColumn.list()));
  }
}
