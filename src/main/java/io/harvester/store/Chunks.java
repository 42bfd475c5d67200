package io.harvester.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/** What every TimescaleDB can do with chunks. */
final class Chunks {
  private Chunks() {}

  /** Drops chunks that are older as a whole. The Apache edition refuses policies, not this call. */
  static int dropBefore(Jdbc jdbc, Instant limit) throws SQLException {
    try (Connection connection = jdbc.open("harvester care");
        PreparedStatement drop =
            connection.prepareStatement("SELECT drop_chunks('sample', older_than => ?)")) {
      drop.setObject(1, Times.utc(limit));
      int dropped = 0;
      try (ResultSet chunks = drop.executeQuery()) {
        while (chunks.next()) {
          dropped++;
        }
      }
      return dropped;
    }
  }
}
