// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestDatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;

/** How people call the functions of schema {@code prom}: names, defaults, errors. */
class PromArgumentsIT {
  private static final long MINUTE = 60_000;

  @EachTier
  void what_does_not_exist_is_an_error_that_says_what_is_near(TestDatabase db) throws Exception {
    store(db);
    assertFails(
        db,
        "rate('node_cpu_second_total')",
        "metric \"node_cpu_second_total\" does not exist;"
            + " did you mean node_cpu_seconds_total?");
    assertFails(db, "latest('xyz')", "metric \"xyz\" does not exist");
    assertFails(db, "deriv(NULL)", "metric NULL does not exist");
    assertFails(
        db,
        "latest('node_load1', nodes => '{web1}')",
        "node \"web1\" does not exist; did you mean web-1, web-2?");
    assertFails(db, "latest('node_load1', nodes => '{}')", "nodes is empty: give at least one");
    assertFails(
        db,
        "rate('node_cpu_seconds_total', match => '{\"mod\": \"idle\"}')",
        "match: metric node_cpu_seconds_total has no label \"mod\": its labels are cpu, mode");
    assertFails(
        db,
        "latest('node_load1', match => '{\"node\": \"web-1\"}')",
        "match: metric node_load1 has no label \"node\": choose nodes with nodes => '{…}'");
    assertFails(
        db,
        "latest('node_cpu_seconds_total', match => '{\"cpu\": 0}')",
        "match: the value of label \"cpu\" is 0: values of labels are text, as {\"cpu\": \"0\"}");
    assertFails(db, "latest('node_load1', match => '[]')", "match is []: it must be an object");
    assertFails(
        db,
        "histogram_quantile(0.9, 'node_load1')",
        "metric node_load1 is no histogram: it has no native histograms, and there is no metric"
            + " node_load1_bucket");
  }

  /** Also by functions that read both samples and rollups. */
  @EachTier
  void a_value_of_a_label_that_no_series_has_is_one_notice(TestDatabase db) throws Exception {
    store(db);
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      for (String until : List.of("-infinity", "now")) {
        db.execute(
            "UPDATE harvester.rollup_progress SET keep_1h = '9 d', complete_until = '%s'"
                .formatted(until));
        for (String function : List.of("rate", "avg_over_time", "max_over_time", "deriv")) {
          statement.clearWarnings();
          statement
              .executeQuery(
                  "SELECT * FROM prom.%s('node_cpu_seconds_total', '1 h',".formatted(function)
                      + " start => date_trunc('day', now()) - interval '1 day',"
                      + " stop => date_trunc('day', now()) - interval '2 h',"
                      + " step => '1 h', match => '{\"cpu\": \"77\"}')")
              .close();
          SQLWarning notice = statement.getWarnings();
          assertTrue(
              notice.getMessage().startsWith("match: no series of metric node_cpu_seconds_total"));
          assertNull(notice.getNextWarning(), function + " " + until);
        }
      }
    }
  }

  @EachTier
  void wrong_times_and_numbers_are_errors_that_name_the_argument(TestDatabase db) throws Exception {
    store(db);
    String m = "'node_load1'";
    assertFails(db, "rate(" + m + ", '-5 min')", "range is -00:05:00: it must be at least 1 ms");
    assertFails(db, "rate(" + m + ", NULL)", "range is NULL: it must be at least 1 ms");
    assertFails(db, "rate(" + m + ", step => '0')", "step is 00:00:00: it must be at least 1 ms");
    assertFails(
        db,
        "rate(" + m + ", start => now() - interval '1 day', step => '1 s')",
        "step 00:00:01 gives 86401 points per series from start to stop: at most 11000 are"
            + " allowed, so step must be at least 8 s");
    assertFails(db, "rate(" + m + ", start => 'infinity')", "start is infinity: it must be a time");
    assertFails(db, "rate(" + m + ", stop => NULL)", "stop is NULL: it must be a time");
    assertFails(db, "rate(" + m + ", start => now() + interval '1 day')", "start (");
    assertFails(db, "latest(" + m + ", max_age => '0')", "max_age is 00:00:00: it must be at");
    assertFails(db, "latest(" + m + ", at => '-infinity')", "at is -infinity: it must be a time");
    assertFails(db, "predict_linear(" + m + ", NULL)", "ahead is NULL: it needs a value");
    assertFails(db, "quantile_over_time(NULL, " + m + ")", "q is NULL: it needs a value");
  }

  /** The last hour, in windows of five minutes, every 15 seconds. */
  @EachTier
  void the_metric_is_enough(TestDatabase db) throws Exception {
    store(db);
    List<Object> row =
        db.query(
                "SELECT count(*)::int, min(value), max(value), count(DISTINCT node)::int,"
                    + " min(lead - time)::text, max(lead - time)::text FROM (SELECT *, lead(time)"
                    + " OVER (PARTITION BY node, labels ORDER BY time) FROM"
                    + " prom.rate('node_cpu_seconds_total')) r WHERE labels ->> 'mode' = 'idle'")
            .get(0);
    assertEquals(0.5, (Double) row.get(1), 1e-12);
    assertEquals(0.5, (Double) row.get(2), 1e-12);
    assertEquals(List.of(2, "00:00:15", "00:00:15"), row.subList(3, 6));
    assertTrue((Integer) row.get(0) > 2 * 230, row.toString());
    assertEquals(
        List.of(List.of("web-1", 7.0)),
        db.query("SELECT node, value FROM prom.latest('node_load1')"));
  }

  /** web-2 has stopped: its series ends with a stale marker, which no function counts. */
  @EachTier
  void a_stale_marker_ends_a_series(TestDatabase db) throws Exception {
    store(db);
    assertEquals(
        List.of(List.of("web-1")),
        db.query("SELECT node FROM prom.latest('node_load1', max_age => '1 hour')"));
    assertEquals(
        List.of(List.of("web-1", 71.0), List.of("web-2", 70.0)),
        db.query(
            "SELECT node, value FROM prom.count_over_time('node_load1', '2 h', now(), now())"
                + " ORDER BY node"));
    assertEquals(
        List.of(List.of(true), List.of(false)),
        db.query(
            "SELECT DISTINCT prom.is_stale(value) FROM metric.samples('node_load1', '-infinity',"
                + " 'infinity', '{web-2}', stale => true) ORDER BY 1 DESC"));
    assertEquals(false, db.value("SELECT prom.is_stale('NaN')"));
  }

  @EachTier
  void a_reader_finds_functions_and_views_without_schemas(TestDatabase db) throws Exception {
    store(db);
    TestDatabaseUrl superuser = db.superuser();
    superuser.execute(
        "DO $$ BEGIN IF to_regrole('harvester_reader') IS NULL THEN CREATE ROLE harvester_reader;"
            + " END IF; END $$");
    TestAggregator.start(db).close();
    String name = "reader_of_" + superuser.text().replaceFirst(".*/", "");
    superuser.execute("CREATE ROLE " + name + " LOGIN PASSWORD 'p' IN ROLE harvester_reader");
    try {
      TestDatabaseUrl reader = superuser.withUser(name, "p");
      assertEquals(7.0, reader.value("SELECT value FROM latest('node_load1')"));
      assertTrue(
          (Long)
                  reader.value(
                      "SELECT count(*) FROM rate('node_cpu_seconds_total', nodes => '{web-1}')")
              > 200);
      assertEquals(141L, reader.value("SELECT count(*) FROM node_load1"));
      assertEquals(
          2L, reader.value("SELECT count(DISTINCT time_bucket('1 day', now())) + 1 FROM node"));
    } finally {
      superuser.execute("DROP ROLE " + name);
    }
  }

  @EachTier
  void every_function_is_explained_and_every_argument_has_a_name(TestDatabase db) throws Exception {
    TestAggregator.start(db).close();
    assertEquals(
        List.of(),
        db.query(
            "SELECT p.oid::regprocedure::text FROM pg_proc p"
                + " WHERE p.pronamespace IN ('prom'::regnamespace, 'harvester'::regnamespace)"
                + " AND p.prorettype <> 'trigger'::regtype"
                + " AND (obj_description(p.oid, 'pg_proc') IS NULL"
                + " OR (p.prokind = 'f'"
                + " AND cardinality(coalesce(p.proargnames, '{}')) < p.pronargs))"));
    assertTrue(
        (Long) db.value("SELECT count(*) FROM pg_proc WHERE pronamespace = 'prom'::regnamespace")
            >= 20);
    assertTrue(
        (Boolean)
            db.value("SELECT obj_description('prom'::regnamespace, 'pg_namespace') IS NOT NULL"));
  }

  private static void assertFails(TestDatabase db, String call, String message) {
    SQLException e =
        assertThrows(SQLException.class, () -> db.query("SELECT * FROM prom." + call), call);
    assertTrue(e.getMessage().startsWith("ERROR: " + message), call + ": " + e.getMessage());
  }

  /**
   * 70 minutes of samples, each minute: of web-1 until now, of web-2 with a stale marker at the
   * end.
   */
  private static void store(TestDatabase db) throws Exception {
    long now = System.currentTimeMillis();
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      for (String node : List.of("web-1", "web-2")) {
        Message.Sample[] load = new Message.Sample[71];
        Message.Sample[] idle = new Message.Sample[71];
        for (int i = 0; i <= 70; i++) {
          long time = now - (70 - i) * MINUTE;
          boolean ends = i == 70 && node.equals("web-2");
          load[i] = ends ? bitsAt(time, Message.STALE) : at(time, 7);
          idle[i] = at(time, 5000 + i * 30);
        }
        aggregator
            .send(
                series("node_load1", "node", node).with(load),
                series("node_cpu_seconds_total", "node", node, "cpu", "0", "mode", "idle")
                    .with(idle),
                series("node_cpu_seconds_total", "node", node, "cpu", "0", "mode", "user")
                    .with(load))
            .mustBeStored();
      }
      Eventually.until(
          "the view", () -> db.value("SELECT to_regclass('metric.node_load1')") != null);
    }
  }
}
