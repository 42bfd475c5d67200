package io.harvester.postgres.columnar;

import io.harvester.postgres.pg.LockTimeouts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The table behind a columnstore chunk that holds its batches, if it is laid out as we write them.
 *
 * @param chunk qualified name of the chunk
 * @param name qualified name of the table
 * @param takesBatches whether batches may be added to it while others read and write the chunk
 */
public record CompressedTable(String chunk, String name, boolean takesBatches) {
  /**
   * A chunk whose table has columns that we do not know, or lacks some, is none of ours: another
   * version of TimescaleDB, or somebody changed the order.
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

  /** The table of a chunk, given by its qualified name; null if it is another's. */
  public static CompressedTable of(Connection connection, String chunk) throws SQLException {
    try (PreparedStatement find = connection.prepareStatement(FIND)) {
      find.setString(1, chunk);
      find.setArray(2, connection.createArrayOf("text", CompressedBatch.COLUMNS.toArray()));
      try (ResultSet row = find.executeQuery()) {
        return row.next()
            ? new CompressedTable(row.getString(1), row.getString(2), row.getBoolean(3))
            : null;
      }
    }
  }

  /** Whether the chunk has no rows beside those in the batches. */
  boolean holdsAll(Connection connection) throws SQLException {
    return !ChunkStatus.of(connection, chunk).isPartial();
  }

  /**
   * Whether the columns of batches are kept in line or in TOAST from now on. Within a transaction
   * only this connection sees it until the end.
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
   * Until the transaction ends, whoever wants to delete rows of the chunk, or to add some in
   * another way than as batches, waits: batches may be given another place. Its commit does not
   * wait for the disk: one that a crash undoes is no harm, the old batches are back then.
   */
  public void lockForRewriting(Connection connection) throws SQLException {
    execute(
        connection,
        "LOCK TABLE ONLY " + chunk + " IN SHARE MODE; SET LOCAL synchronous_commit = off");
  }

  /** Makes the room of batches that are gone known. The file keeps its length. */
  public void vacuum(Connection connection) throws SQLException {
    vacuum(connection, "VACUUM (TRUNCATE FALSE) " + name);
  }

  /** The same for the chunk with all that belongs to it, and cuts off what is empty at the end. */
  public void vacuumAndCut(Connection connection) throws SQLException {
    vacuum(connection, "VACUUM (ANALYZE) " + chunk);
  }

  private static void vacuum(Connection connection, String statement) throws SQLException {
    LockTimeouts.LONG.set(connection);
    execute(connection, statement);
    LockTimeouts.SHORT.set(connection);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** An INSERT of columns that are selected from something. */
  public String insert(String from) {
    return "INSERT INTO %s (%s) SELECT * FROM %s"
        .formatted(name, String.join(", ", CompressedBatch.COLUMNS), from);
  }

  /** As many parameters as a batch has columns. */
  public static String parameters() {
    return "(" + "?, ".repeat(CompressedBatch.COLUMNS.size() - 1) + "?)";
  }
}
