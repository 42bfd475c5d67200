package io.harvester.store;

import io.harvester.ingest.ExemplarRow;
import io.harvester.ingest.FewRows;
import io.harvester.ingest.FewRows.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Inserts exemplars unless they are there. Two that differ do not conflict: both are true. */
final class ExemplarRows {
  private static final String INSERT =
      """
      INSERT INTO harvester.exemplar (time, node_id, series_id, value, labels, identity)
      VALUES (?, ?, ?, ?, ?::jsonb, ?)
      ON CONFLICT DO NOTHING
      """;

  private ExemplarRows() {}

  static void insert(Connection connection, FewRows<ExemplarRow> rows) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (int i = 0; i < rows.size(); i++) {
        ExemplarRow row = rows.get(i);
        insert.setObject(1, Times.utc(row.time()));
        insert.setInt(2, row.nodeId());
        insert.setLong(3, row.seriesId());
        insert.setDouble(4, Double.longBitsToDouble(row.bits()));
        insert.setString(5, LabelsJson.of(row.labels()));
        insert.setObject(6, row.identity());
        insert.addBatch();
      }
      int[] inserted = insert.executeBatch();
      for (int i = 0; i < rows.size(); i++) {
        rows.settle(i, inserted[i] > 0 ? Verdict.STORED : Verdict.DUPLICATE);
      }
    }
  }
}
