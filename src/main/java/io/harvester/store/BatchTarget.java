package io.harvester.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;

/**
 * The compressed table of one chunk, and the INSERT that puts batches into it.
 *
 * @param insert its parameters are those of {@link CompressedRows#parameters}
 */
record BatchTarget(String insert) {
  /**
   * A chunk whose table has columns that we do not know, or lacks some, is none of ours: another
   * version of TimescaleDB, or somebody changed the order. Then COPY does the work.
   */
  private static final String FIND =
      """
      SELECT s.relid::text, s.compress_relid::text
        FROM _timescaledb_catalog.compression_settings s
       WHERE s.relid = ?::regclass AND harvester.takes_batches(s.relid)
         AND s.segmentby = '{node_id}' AND s.orderby = '{series_id,time}'
         AND s.orderby_desc = '{f,f}'
         AND has_table_privilege(s.compress_relid, 'INSERT')
         AND (SELECT array_agg(attname::text ORDER BY attname) FROM pg_attribute
               WHERE attrelid = s.compress_relid AND attnum > 0 AND NOT attisdropped)
           = (SELECT array_agg(name ORDER BY name COLLATE "C") FROM unnest(?) name)
      """;

  /** The target for a chunk, given by its qualified name; null if it takes no batches. */
  static BatchTarget of(Connection connection, String chunk) throws SQLException {
    try (PreparedStatement find = connection.prepareStatement(FIND)) {
      find.setString(1, chunk);
      find.setArray(2, connection.createArrayOf("text", CompressedRows.COLUMNS.toArray()));
      try (ResultSet row = find.executeQuery()) {
        return row.next() ? new BatchTarget(insert(row.getString(1), row.getString(2))) : null;
      }
    }
  }

  private static String insert(String chunk, String table) {
    return "INSERT INTO %s (%s) SELECT * FROM unnest(%s) WHERE harvester.must_take_batches('%s')"
        .formatted(
            table,
            String.join(", ", CompressedRows.COLUMNS),
            String.join(", ", Collections.nCopies(CompressedRows.COLUMNS.size(), "?")),
            chunk.replace("'", "''"));
  }
}
