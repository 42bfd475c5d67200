// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.storage.StartRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Stores start times of series. */
final class StartInsert {
  // A late sample may carry a start time that newer samples have recorded already.
  private static final String UPSERT =
      """
      INSERT INTO harvester.series_start AS s (series_id, node_id, start_time, first_sample_time)
      VALUES (?, ?, ?, ?)
      ON CONFLICT (series_id, start_time) DO UPDATE SET first_sample_time = excluded.first_sample_time
       WHERE excluded.first_sample_time < s.first_sample_time
      """;

  private StartInsert() {}

  static void upsert(Connection connection, List<StartRow> starts) throws SQLException {
    try (PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
      for (StartRow start : starts) {
        upsert.setLong(1, start.seriesId());
        upsert.setInt(2, start.nodeId());
        upsert.setObject(3, PgTimestamps.utc(start.start()));
        upsert.setObject(4, PgTimestamps.utc(start.firstTime()));
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
  }
}
