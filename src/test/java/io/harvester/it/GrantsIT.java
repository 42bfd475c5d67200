// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.harvester.TestAggregator;
import io.harvester.proto.v2.Sample;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** What the group role {@code harvester_reader} may read. */
class GrantsIT {
  private static final String CREATE_ROLE =
      """
      DO $$ BEGIN
        IF to_regrole('harvester_reader') IS NULL THEN CREATE ROLE harvester_reader; END IF;
      END $$
      """;

  @EachTier
  void a_reader_reads_every_view_but_no_credentials(TestDatabase db) throws Exception {
    TestAggregator.start(db).close();
    db.superuser().execute(CREATE_ROLE); // by an administrator, after the first start
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      send(aggregator);
      for (String schema : List.of("metric", "metric_histogram", "metric_exemplar")) {
        String view = schema + ".m";
        Eventually.until(view, () -> db.value("SELECT to_regclass('" + view + "')") != null);
        assertEquals(1, readAsReader(db, view), view);
      }
      assertEquals(1, readAsReader(db, "harvester.node"));
      for (String table : List.of("node_credential", "enrol_key")) {
        SQLException denied =
            assertThrows(SQLException.class, () -> readAsReader(db, "harvester." + table));
        assertEquals("42501", denied.getSQLState(), table);
      }
    }
  }

  private static void send(TestAggregator aggregator) {
    long now = System.currentTimeMillis();
    ExtraMessage message = new ExtraMessage();
    message
        .series("m", "node", "n")
        .addSamples(Sample.newBuilder().setTimestamp(now).setValue(1))
        .addExemplars(message.exemplar(now, 0.5, "trace_id", "abc"));
    message
        .series("m", "node", "n", "kind", "histogram")
        .addHistograms(HistogramCases.all().get("positive").toBuilder().setTimestamp(now));
    message.sendTo(aggregator).mustBeStored();
  }

  /** Rows that a member of the role counts. */
  private static int readAsReader(TestDatabase db, String relation) throws SQLException {
    try (Connection connection = db.superuser().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE harvester_reader");
      try (ResultSet row = statement.executeQuery("SELECT count(*) FROM " + relation)) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
