// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.harvester.TestAggregator;
import io.harvester.proto.v2.Sample;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** What the group role {@code harvester_reader} may read. */
class GrantsIT {
  static final String CREATE_ROLE =
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
      List<List<Object>> secret =
          db.query(
              "SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class c ON c.oid ="
                  + " attrelid WHERE attname IN ('token_hash', 'key_hash', 'password_hash') AND"
                  + " c.relkind = 'r' AND relnamespace = 'harvester'::regnamespace");
      assertEquals(5, secret.size(), secret.toString());
      for (List<Object> table : secret) {
        SQLException denied =
            assertThrows(SQLException.class, () -> readAsReader(db, "harvester." + table.get(0)));
        assertEquals("42501", denied.getSQLState(), table.toString());
      }
    }
  }

  /** The service of a test may not create roles. */
  @EachTier
  void roles_made_before_and_after_the_first_metric_read_what_comes_later(TestDatabase db)
      throws Exception {
    db.superuser().execute(CREATE_ROLE);
    String before = member(db, "before");
    String after = null;
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      write(aggregator, "m1");
      after = member(db, "after");
      write(aggregator, "m2");
      for (String metric : List.of("m1", "m2")) {
        Eventually.until(
            metric, () -> db.value("SELECT to_regclass('metric." + metric + "')") != null);
        assertEquals(1, readAs(db, before, "metric." + metric), metric);
        assertEquals(1, readAs(db, after, "metric." + metric), metric);
      }
      assertEquals(1, readAs(db, after, "fleet.node"));
      assertEquals(0, readAs(db, after, "fleet.annotation WHERE kind = 'note'"));
      assertEquals(0, readAs(db, after, "fleet.silent()"));
    } finally {
      db.superuser().execute("DROP ROLE IF EXISTS " + before);
      db.superuser().execute("DROP ROLE IF EXISTS " + after);
    }
  }

  /** As pg_restore --no-privileges leaves it. */
  @EachTier
  void privileges_that_a_restore_left_out_come_back(TestDatabase db) throws Exception {
    db.superuser().execute(CREATE_ROLE);
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      send(aggregator);
      Eventually.until("view", () -> db.value("SELECT to_regclass('metric.m')") != null);
      db.superuser().execute("DROP OWNED BY harvester_reader");
      assertThrows(SQLException.class, () -> readAsReader(db, "metric.m"));
    }
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      assertEquals(1, readAsReader(db, "fleet.node"));
      assertEquals(1, readAsReader(db, "metric.m"));
      write(aggregator, "later");
      Eventually.until("view", () -> db.value("SELECT to_regclass('metric.later')") != null);
      assertEquals(1, readAsReader(db, "metric.later"));
    }
  }

  /** Without a restart. */
  @EachTier(TestTier.POSTGRES)
  void privileges_come_back_within_a_minute(TestDatabase db) throws Exception {
    db.superuser().execute(CREATE_ROLE);
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      write(aggregator, "m");
      db.superuser().execute("DROP OWNED BY harvester_reader");
      Eventually.until(
          "privileges",
          Duration.ofSeconds(75),
          () ->
              Boolean.TRUE.equals(
                  db.value(
                      "SELECT has_table_privilege('harvester_reader', 'fleet.node', 'SELECT')")));
      assertEquals(1, readAsReader(db, "fleet.node"));
    }
  }

  private static String member(TestDatabase db, String name) throws Exception {
    String role = db.value("SELECT current_database()") + "_" + name;
    db.superuser().execute("CREATE ROLE " + role + " IN ROLE harvester_reader");
    return role;
  }

  private static void write(TestAggregator aggregator, String metric) {
    aggregator
        .send(Message.series(metric, "node", "n").with(Message.at(System.currentTimeMillis(), 1)))
        .mustBeStored();
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
    return readAs(db, "harvester_reader", relation);
  }

  private static int readAs(TestDatabase db, String role, String relation) throws SQLException {
    try (Connection connection = db.superuser().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE " + role);
      try (ResultSet row = statement.executeQuery("SELECT count(*) FROM " + relation)) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
