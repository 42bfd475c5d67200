// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.Message.Series;
import io.harvester.testing.Message.Version;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What people find by SQL: views, metadata, refusals and conflicts. */
class SqlIT {
  private static final long T = System.currentTimeMillis() / 1000 * 1000;

  private TestAggregator aggregator;
  private TestDatabase db;

  @BeforeEach
  void start(TestDatabase database) throws Exception {
    db = database;
    aggregator = TestAggregator.start(database);
  }

  @AfterEach
  void stop() {
    aggregator.close();
  }

  @EachTier
  void another_value_for_a_time_is_a_conflict_that_sql_shows(TestDatabase ignored)
      throws Exception {
    Series s = series("m", "node", "n");
    aggregator.send(s.with(at(T, 1))).mustBeStored();
    aggregator
        .send(s.with(bitsAt(T, Message.STALE), at(T + 1, 5)))
        .mustBe(400, "1 × another value is stored for this timestamp")
        .mustHaveWritten(1);
    aggregator.send(s.with(at(T - 60_000, 1))).mustBeStored();
    aggregator.send(s.with(at(T - 60_000, 2))).mustBe(400, "another value is stored");
    assertEquals(
        List.of(List.of(1.0, 2.0, 2L)),
        db.query("SELECT stored_value, rejected_value, conflicts FROM harvester.sample_conflict"));
    assertEquals(3, Stored.rows(db));
  }

  @EachTier
  void what_series_belong_to_cannot_be_deleted_before_them(TestDatabase ignored) throws Exception {
    aggregator.send(series("m", "node", "n").with(at(T, 1))).mustBeStored();
    for (String table : List.of("node", "metric")) {
      SQLException refused =
          assertThrows(SQLException.class, () -> db.execute("DELETE FROM harvester." + table));
      assertEquals("23503", refused.getSQLState(), refused.getMessage());
      assertTrue(refused.getMessage().contains("1 series still refer to"), refused.getMessage());
    }
    aggregator.send(series("other", "node", "n").with(at(T, 1))).mustBeStored();
    db.execute("DELETE FROM harvester.series");
    db.execute("DELETE FROM harvester.node");
    db.execute("DELETE FROM harvester.metric");
    // A connection that opens now finds fewer series than were handed out, and asks for a retry.
    Eventually.until(
        "the node writes again",
        () -> aggregator.send(series("third", "node", "n").with(at(T, 1))).status() == 204);
    assertEquals(1L, db.value("SELECT count(*) FROM metric.third"));
  }

  @EachTier
  void fingerprints_of_a_node_lie_together(TestDatabase ignored) throws Exception {
    aggregator.send(series("a", "node", "nöde").with(at(T, 1))).mustBeStored();
    aggregator.send(series("b", "node", "nöde").with(at(T, 1))).mustBeStored();
    assertEquals(
        List.of(List.of(1L, 2L)),
        db.query( // as the comment on series.fingerprint defines it
            """
            SELECT count(DISTINCT left(fingerprint::text, 8)),
                   count(*) FILTER (WHERE left(fingerprint::text, 8) = encode(substr(
                     sha256(int4send(5) || convert_to('nöde', 'UTF8')), 1, 4), 'hex'))
              FROM harvester.series\
            """));
  }

  @EachTier
  void label_values_keep_every_character_in_sql(TestDatabase ignored) throws Exception {
    String odd = "\"quoted\" back\\slash \u0001\u001f \t\n ä€😀 </script>";
    aggregator.send(series("odd", "node", "n", "label", odd).with(at(T, 1))).mustBeStored();
    assertEquals(odd, db.value("SELECT label FROM metric.odd"));
  }

  @EachTier
  void a_refused_sample_is_found_by_sql(TestDatabase ignored) throws Exception {
    aggregator.send(series("late", "node", "n7").with(at(1, 1), at(2, 1)));
    aggregator.send(series("late", "node", "n7").with(at(3, 1)));
    aggregator.send(series("twice", "node", "n8", "a", "1", "a", "2").with(at(T, 1)));
    Eventually.until(
        "rejections are written",
        () ->
            db.query(
                    "SELECT node, metric, reason, rejections, example_time_ms"
                        + " FROM harvester.rejected_sample ORDER BY 1")
                .equals(
                    List.of(
                        List.of("n7", "late", "timestamp too old", 3L, 3L),
                        List.of("n8", "twice", "duplicate label name", 1L, T))));
  }

  @EachTier
  void people_read_a_view_per_metric(TestDatabase ignored) throws Exception {
    aggregator
        .send(
            series("cpu_seconds_total", "node", "n", "cpu", "0", "mode", "idle").with(at(T, 1.5)),
            series("cpu_seconds_total", "node", "n", "cpu", "1", "mode", "user").with(at(T, 2.5)))
        .mustBeStored();
    assertEquals(
        List.of(List.of("n", "0", "idle", 1.5), List.of("n", "1", "user", 2.5)),
        db.query("SELECT node, cpu, mode, value FROM metric.cpu_seconds_total ORDER BY cpu"));
    aggregator
        .send(
            series("cpu_seconds_total", "node", "n", "cpu", "2", "mode", "x", "socket", "0")
                .with(at(T, 3.5)))
        .mustBeStored();
    assertEquals(
        Arrays.asList(null, null, "0"),
        db.query("SELECT socket FROM metric.cpu_seconds_total ORDER BY cpu").stream()
            .map(row -> row.get(0))
            .toList());
  }

  @EachTier
  void hostile_names_have_views_too(TestDatabase ignored) throws Exception {
    String longName = "m".repeat(100);
    List<String> names =
        List.of(
            "with.dots",
            "with \"quotes\" and 'apostrophes'",
            "select",
            "größe_\uD83D\uDE00",
            longName,
            longName + "2",
            "\\backslash; DROP SCHEMA harvester CASCADE; --");
    for (String name : names) {
      aggregator
          .send(
              series(name, "node", "n", "time", "t", "value", "v", "label_time", "lt", "a\"b", "q")
                  .with(at(T, 1)))
          .mustBeStored();
    }
    for (String name : names) {
      String view =
          (String)
              db.query("SELECT view_name FROM harvester.metric WHERE name = $$" + name + "$$")
                  .get(0)
                  .get(0);
      assertEquals(
          List.of(List.of("n", "lt", "v", "t", "q", 1.0)),
          db.query(
              "SELECT node, label_time, label_value, label_label_time, \"a\"\"b\", value"
                  + " FROM metric.\""
                  + view.replace("\"", "\"\"")
                  + "\""),
          name);
    }
  }

  @EachTier
  void a_view_that_cannot_be_made_does_not_keep_others_from_being_made(TestDatabase ignored)
      throws Exception {
    db.execute("CREATE TABLE metric.taken (x int)");
    aggregator.send(series("taken", "node", "n").with(at(T, 1))).mustBeStored();
    aggregator.send(series("free", "node", "n").with(at(T, 2))).mustBeStored();
    assertEquals(2.0, db.value("SELECT value FROM metric.free"));
  }

  @EachTier
  void a_metric_with_thousands_of_label_names_keeps_its_view(TestDatabase ignored)
      throws Exception {
    for (int i = 0; i < 20; i++) {
      Series s = series("wide", "node", "n");
      for (int l = 0; l < 85; l++) {
        s = s.label("l" + i + "_" + l, "x");
      }
      aggregator.send(s.with(at(T + i, i))).mustBeStored();
    }
    aggregator.send(series("other", "node", "n").with(at(T, 2))).mustBeStored();
    assertEquals(20L, db.value("SELECT count(*) FROM metric.wide"));
    assertEquals(2.0, db.value("SELECT value FROM metric.other"));
  }

  @EachTier
  void the_newest_metadata_wins(TestDatabase ignored) throws Exception {
    metadataV1("requests", "old help", "s");
    assertEquals(
        List.of(List.of("counter", "old help", "s")),
        db.query("SELECT type, help, unit FROM harvester.metric WHERE name = 'requests'"));
    aggregator.close();
    aggregator = TestAggregator.start(db);
    metadataV1("requests", "new help", "s");
    assertEquals(
        List.of(List.of("counter", "new help", "s")),
        db.query("SELECT type, help, unit FROM harvester.metric WHERE name = 'requests'"));
    metadataV1("x".repeat(5000), "a name that no index takes", "");
    assertEquals(0L, db.value("SELECT count(*) FROM harvester.metric WHERE length(name) > 2048"));
  }

  private void metadataV1(String metric, String help, String unit) {
    byte[] body =
        io.harvester.proto.v1.WriteRequest.newBuilder()
            .addMetadata(
                io.harvester.proto.v1.MetricMetadata.newBuilder()
                    .setMetricFamilyName(metric)
                    .setTypeValue(1)
                    .setHelp(help)
                    .setUnit(unit))
            .build()
            .toByteArray();
    aggregator.sender().post(Message.compressed(body), Version.V1.contentType()).mustBeStored();
  }
}
