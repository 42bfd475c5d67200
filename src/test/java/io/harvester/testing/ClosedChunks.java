// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.layout.ColumnarLayout;
import io.harvester.postgres.layout.HypertableLayout;
import io.harvester.postgres.layout.PostgresLayout;
import io.harvester.postgres.layout.StorageLayout;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.rollup.Rollups;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Maintenance of closed chunks, whenever a test wants it: merges or packs, and rolls up. */
public final class ClosedChunks {
  private final StorageLayout layout;
  private Instant clock = Instant.now();

  /** Of one database, with chunks of this time span. */
  public ClosedChunks(TestDatabase db, Duration chunk, Rollups rollups) {
    layout = layout(db, chunk, rollups);
  }

  private static StorageLayout layout(TestDatabase db, Duration chunk, Rollups rollups) {
    Jdbc jdbc = new Jdbc(DatabaseUrl.parse(db.url()), Duration.ofSeconds(30));
    Duration hour = Duration.ofHours(1);
    Duration year = Duration.ofDays(365);
    return switch (db.tier()) {
      case COLUMNAR ->
          new ColumnarLayout(jdbc, Optional.of(chunk), () -> 1, Duration.ofMinutes(5), rollups);
      case HYPERTABLE -> new HypertableLayout(jdbc, chunk, hour, year, rollups);
      default -> new PostgresLayout(jdbc, chunk, hour, year, rollups);
    };
  }

  /** The layout of the tier. */
  public StorageLayout layout() {
    return layout;
  }

  /** Maintains all chunks of the past; twice, since chunks rest after they were found. */
  public void maintain() throws SQLException {
    clock = clock.plus(Duration.ofMinutes(70));
    layout.maintainClosed(clock, () -> false);
    clock = clock.plus(Duration.ofMinutes(11));
    layout.maintainClosed(clock, () -> false);
  }
}
