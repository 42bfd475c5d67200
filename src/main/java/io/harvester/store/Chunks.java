package io.harvester.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** What every TimescaleDB can do with chunks. */
final class Chunks {
  private static final List<String> TABLES = List.of("sample", "native_histogram", "exemplar");

  private Chunks() {}

  /** Drops chunks that are older as a whole. The Apache edition refuses policies, not this call. */
  static int dropBefore(Jdbc jdbc, Instant limit) throws SQLException {
    try (Connection connection = jdbc.open("harvester care");
        PreparedStatement drop =
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
