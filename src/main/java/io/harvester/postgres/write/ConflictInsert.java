// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.storage.SampleBatch.Conflict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Records conflicts: one row per series, with the newest case and a count. */
final class ConflictInsert {
  private static final int MAX_PER_TRANSACTION = 1000;

  private static final String UPSERT =
      """
      INSERT INTO harvester.sample_conflict AS c
             (series_id, node_id, time, stored_value, rejected_value, conflicts)
      VALUES (?, ?, to_timestamp(? / 1000.0), ?, ?, ?)
      ON CONFLICT (series_id) DO UPDATE
         SET time = excluded.time, stored_value = excluded.stored_value,
             rejected_value = excluded.rejected_value,
             conflicts = c.conflicts + excluded.conflicts, last_at = now()
      """;

  private ConflictInsert() {}

  static void insert(Connection connection, List<Conflict> conflicts) throws SQLException {
    Map<Long, Conflict> newest = new LinkedHashMap<>();
    Map<Long, Integer> counts = new LinkedHashMap<>();
    for (Conflict conflict : conflicts) {
      if (newest.size() < MAX_PER_TRANSACTION || newest.containsKey(conflict.seriesId())) {
        newest.put(conflict.seriesId(), conflict);
        counts.merge(conflict.seriesId(), 1, Integer::sum);
      }
    }
    try (PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
      for (Conflict c : newest.values()) {
        upsert.setLong(1, c.seriesId());
        upsert.setInt(2, c.nodeId());
        upsert.setLong(3, c.time());
        upsert.setDouble(4, Double.longBitsToDouble(c.storedBits()));
        upsert.setDouble(5, Double.longBitsToDouble(c.refusedBits()));
        upsert.setInt(6, counts.get(c.seriesId()));
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
  }
}
