package io.harvester.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;

/** The compressed table of one chunk, and the INSERTs that put batches into it. */
final class BatchTarget {
  /**
   * So many batches are given one by one: cheaper than arrays, but another statement for each
   * number.
   */
  static final int FEW = 8;

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

  private final String[] few = new String[FEW + 1];
  private final String many;

  private BatchTarget(String chunk, String table) {
    String into =
        "INSERT INTO %s (%s) SELECT * FROM "
            .formatted(table, String.join(", ", CompressedBatch.COLUMNS));
    String condition =
        " WHERE harvester.must_take_batches('%s')".formatted(chunk.replace("'", "''"));
    String row =
        "(" + String.join(", ", Collections.nCopies(CompressedBatch.COLUMNS.size(), "?")) + ")";
    for (int rows = 1; rows <= FEW; rows++) {
      few[rows] =
          into + "(VALUES " + String.join(", ", Collections.nCopies(rows, row)) + ") v" + condition;
    }
    many = into + "unnest" + row + condition;
  }

  /** The target for a chunk, given by its qualified name; null if it takes no batches. */
  static BatchTarget of(Connection connection, String chunk) throws SQLException {
    try (PreparedStatement find = connection.prepareStatement(FIND)) {
      find.setString(1, chunk);
      find.setArray(2, connection.createArrayOf("text", CompressedBatch.COLUMNS.toArray()));
      try (ResultSet row = find.executeQuery()) {
        return row.next() ? new BatchTarget(row.getString(1), row.getString(2)) : null;
      }
    }
  }

  /** Takes so many times the parameters of a {@link CompressedBatch}, at most {@link #FEW}. */
  String insertFew(int batches) {
    return few[batches];
  }

  /** Takes the parameters of {@link CompressedColumns}. */
  String insertMany() {
    return many;
  }
}
