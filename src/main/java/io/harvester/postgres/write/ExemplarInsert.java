// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.catalog.LabelsJson;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.storage.ExemplarRow;
import io.harvester.storage.InsertBatch;
import io.harvester.storage.InsertBatch.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Inserts exemplars unless they are stored. Different exemplars of one time do not conflict. */
final class ExemplarInsert {
  private static final String INSERT =
      """
      INSERT INTO harvester.exemplar (time, node_id, series_id, value, labels, fingerprint)
      VALUES (?, ?, ?, ?, ?::jsonb, ?)
      ON CONFLICT DO NOTHING
      """;

  private ExemplarInsert() {}

  static void insert(Connection connection, InsertBatch<ExemplarRow> rows) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (int i = 0; i < rows.size(); i++) {
        ExemplarRow row = rows.get(i);
        insert.setObject(1, PgTimestamps.utc(row.time()));
        insert.setInt(2, row.nodeId());
        insert.setLong(3, row.seriesId());
        insert.setDouble(4, Double.longBitsToDouble(row.bits()));
        insert.setString(5, LabelsJson.of(row.labels()));
        insert.setObject(6, row.identity());
        insert.addBatch();
      }
      int[] inserted = insert.executeBatch();
      for (int i = 0; i < rows.size(); i++) {
        rows.settle(i, inserted[i] > 0 ? Outcome.STORED : Outcome.DUPLICATE);
      }
    }
  }
}
