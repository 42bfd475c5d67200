package io.harvester.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What every TimescaleDB can do with chunks. */
final class Chunks {
  private static final List<String> TABLES = List.of("sample", "native_histogram", "exemplar");

  private static final String SPANS =
      """
      SELECT hypertable_name, format('%I.%I', chunk_schema, chunk_name), range_start, range_end
        FROM timescaledb_information.chunks
       WHERE hypertable_schema = 'harvester' ORDER BY range_start
      """;

  private Chunks() {}

  /** All chunks of the three tables. */
  static List<Span> spans(Connection connection) throws SQLException {
    List<Span> spans = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SPANS)) {
      while (row.next()) {
        if (TABLES.contains(row.getString(1))) {
          spans.add(
              new Span(
                  row.getString(1),
                  row.getString(2),
                  row.getTimestamp(3).toInstant(),
                  row.getTimestamp(4).toInstant()));
        }
      }
    }
    return spans;
  }

  /** Drops chunks that are older as a whole. The Apache edition refuses policies, not this call. */
  static int dropBefore(Connection connection, Instant limit) throws SQLException {
    try (PreparedStatement drop =
        connection.prepareStatement("SELECT drop_chunks(?::regclass, older_than => ?)")) {
      int dropped = 0;
      for (String table : TABLES) {
        drop.setString(1, table);
        drop.setObject(2, Times.utc(limit));
        try (ResultSet chunks = drop.executeQuery()) {
          while (chunks.next()) {
            dropped++;
          }
        }
      }
      return dropped;
    }
  }
}
