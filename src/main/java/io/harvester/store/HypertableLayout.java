package io.harvester.store;

import io.harvester.ingest.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** TimescaleDB makes its chunks by itself; only old ones are left to drop. */
final class HypertableLayout implements Layout {
  /** What keeps the indexes that are written to within a small machine's memory. */
  static final Duration DEFAULT_CHUNK = Duration.ofHours(6);

  private static final List<String> TABLES = List.of("sample", "native_histogram", "exemplar");
  private static final String DROP = "SELECT drop_chunks(?::regclass, older_than => ?)";

  private final Jdbc jdbc;
  private final Duration chunk;

  HypertableLayout(Jdbc jdbc, Duration chunk) {
    this.jdbc = jdbc;
    this.chunk = chunk;
  }

  @Override
  public Tier tier() {
    return Tier.HYPERTABLE;
  }

  @Override
  public Duration chunkInterval() {
    return chunk;
  }

  @Override
  public void configureWriter(Connection connection) {
    // nothing: chunks are found by the server
  }

  @Override
  public void prepare(Rows rows) {
    // nothing: chunks are made by the server
  }

  @Override
  public void makeAhead(Instant now) {
    // nothing: making a rowstore chunk takes milliseconds
  }

  @Override
  public int dropBefore(Instant limit) throws SQLException {
    // The Apache edition refuses retention policies, but not this call.
    try (Connection connection = jdbc.open("harvester care");
        PreparedStatement drop = connection.prepareStatement(DROP)) {
      int dropped = 0;
      for (String table : TABLES) {
        drop.setString(1, table);
        drop.setObject(2, Times.utc(limit.toEpochMilli()));
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
