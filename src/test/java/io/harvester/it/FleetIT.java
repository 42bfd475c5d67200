// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** What the views of schema {@code fleet} say of nodes. */
class FleetIT {
  /** Each waits for several rounds of ten seconds. */
  private static final String ROUNDS = "the same statements as in the tier postgres";

  /** The documented age of what is not written with the samples themselves. */
  private static final Duration FRESH = Duration.ofSeconds(15);

  private static final long NOW = System.currentTimeMillis();

  private static Message.Series uname(String release) {
    return series(
        "node_uname_info",
        "node",
        "lab-01",
        "site",
        "berlin",
        "job",
        "node",
        "instance",
        "x:9100",
        "sysname",
        "Linux",
        "machine",
        "x86_64",
        "release",
        release,
        "nodename",
        "lab-01");
  }

  private static Message.Series desktop() {
    return series("harvester_remote_desktop_info", "node", "lab-01", "url", "https://lab-01:6082/");
  }

  @EachTier
  void a_node_has_the_system_kernel_and_versions_that_it_sent_last(TestDatabase db)
      throws Exception {
    assumeTrue(db.tier() == TestTier.POSTGRES, ROUNDS);
    try (TestAggregator a = TestAggregator.start(db)) {
      a.send(
              uname("6.1.0").with(at(NOW, 1)),
              desktop().with(at(NOW, 1)),
              series("node_os_info", "node", "lab-01", "pretty_name", "Debian 13", "id", "debian")
                  .with(at(NOW, 1)),
              series("node_exporter_build_info", "node", "lab-01", "version", "1.9.1")
                  .with(at(NOW, 1)),
              series("prometheus_build_info", "node", "lab-01", "version", "3.5.3")
                  .with(at(NOW, 1)))
          .mustBeStored();
      within("all columns", () -> db.value("SELECT kernel FROM fleet.node") != null);
      assertEquals(
          List.of(
              List.of(
                  "lab-01",
                  "up",
                  "Debian 13",
                  "6.1.0",
                  "x86_64",
                  "prometheus 3.5.3",
                  "node_exporter 1.9.1",
                  "https://lab-01:6082/",
                  "{\"site\": \"berlin\"}",
                  5)),
          db.query(
              "SELECT node, state, os, kernel, machine, agent, exporter, desktop, labels::text,"
                  + " active_series FROM fleet.node"));
      a.send(uname("6.12.0").with(at(NOW + 1, 1))).mustBeStored();
      within("the new kernel", () -> kernel(db).equals("6.12.0"));
      a.send(uname("6.1.0").with(at(NOW + 2, 1))).mustBeStored();
      within("the old kernel again", () -> kernel(db).equals("6.1.0"));
    }
    try (TestAggregator a = TestAggregator.start(db)) { // knows only what is sent from now on
      assertEquals("6.1.0", kernel(db));
      a.send(desktop().with(bitsAt(NOW + 3, Message.STALE))).mustBeStored();
      within("no desktop", () -> db.value("SELECT desktop FROM fleet.node") == null);
      assertEquals("6.1.0", kernel(db));
      a.send(uname("6.1.0").with(bitsAt(NOW + 4, Message.STALE))).mustBeStored();
      // The exporter has stopped: nothing says that the desktop has.
      within("the link", () -> db.value("SELECT desktop FROM fleet.node") != null);
    }
  }

  private static String kernel(TestDatabase db) throws Exception {
    return String.valueOf(db.value("SELECT kernel FROM fleet.node"));
  }

  @EachTier
  void an_aggregator_that_knows_less_of_a_node_changes_nothing(TestDatabase db) throws Exception {
    assumeTrue(db.tier() == TestTier.POSTGRES, ROUNDS);
    try (TestAggregator a = TestAggregator.start(db)) {
      a.send(uname("1").with(at(NOW, 1)), uname("2").with(at(NOW + 1, 1))).mustBeStored();
      within("a kernel", () -> kernel(db).equals("2"));
    }
    String info =
        "SELECT harvester.record_node_info(ARRAY[(SELECT min(series_id) FROM harvester.series)],"
            + " ARRAY[%d], '{f}')";
    db.execute(info.formatted(NOW));
    assertEquals("2", kernel(db));
    db.execute(info.formatted(NOW + 1));
    assertEquals("1", kernel(db));
    usage(db, 700);
    usage(db, 300); // another aggregator, within a minute
    assertEquals(700, active(db));
    db.execute("UPDATE harvester.node_status SET counted_at = now() - interval '61 seconds'");
    usage(db, 300);
    assertEquals(300, active(db));
    usage(db, 301);
    assertEquals(301, active(db));
  }

  private static void usage(TestDatabase db, int activeSeries) throws Exception {
    db.execute(
        "SELECT harvester.record_node_usage('{lab-01}', '{%d}', '{0}', '{0}')"
            .formatted(activeSeries));
  }

  private static int active(TestDatabase db) throws Exception {
    return (Integer) db.value("SELECT active_series FROM fleet.node");
  }

  @EachTier
  void states_follow_writes_and_credentials(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db)) {
      a.send(
              series("m", "node", "up").with(at(NOW, 1)),
              series("m", "node", "silent").with(at(NOW, 1)),
              series("m", "node", "off").with(at(NOW, 1)))
          .mustBeStored();
      for (String node : List.of("never", "revoked")) {
        cli.run("add", node);
      }
      cli.run("revoke", "revoked");
      cli.run("disable", "off");
      db.execute(
          "UPDATE harvester.node SET first_seen = first_seen - interval '1 day',"
              + " last_write_at = CASE name WHEN 'up' THEN last_write_at WHEN 'silent' THEN"
              + " now() - interval '2 hours' END");
      assertEquals(
          "[[never, never], [off, disabled], [revoked, revoked], [silent, silent], [up, up]]",
          db.query("SELECT node, state FROM fleet.node ORDER BY node").toString());
      assertEquals(
          List.of("never", "silent"),
          db.query("SELECT node FROM fleet.silent()").stream().map(row -> row.get(0)).toList());
      assertEquals(List.of(List.of("never")), db.query("SELECT node FROM fleet.silent('3 hours')"));
      assertEquals(
          true,
          db.value(
              "SELECT since = last_seen AND lag > '0 s' FROM fleet.node WHERE node = 'silent'"));
      a.send(series("m", "node", "silent").with(at(NOW + 1, 1))).mustBeStored();
      assertEquals(
          List.of(List.of("up", true)), // at once, since the commit itself writes it
          db.query(
              "SELECT state, since > now() - interval '1 minute' FROM fleet.node"
                  + " WHERE node = 'silent'"));
    }
  }

  @EachTier
  void the_clock_of_a_node_is_compared_on_arrival(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      long now = System.currentTimeMillis();
      a.send(series("m", "node", "ahead").with(at(now + 60_000, 1))).mustBeStored();
      a.send(series("m", "node", "behind").with(at(now - 3_600_000, 1))).mustBeStored();
      a.send(series("m", "node", "ahead").with(at(now, 1))).mustBeStored(); // late
      assertEquals(
          List.of(List.of("ahead", true), List.of("behind", true)),
          db.query(
              "SELECT node, CASE node WHEN 'ahead' THEN clock_skew BETWEEN '30 s' AND '61 s'"
                  + " ELSE clock_skew BETWEEN '-62 min' AND '-59 min' END"
                  + " FROM fleet.node ORDER BY node"));
    }
  }

  @EachTier
  void rates_fall_to_zero_when_a_node_is_silent(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      a.send(series("m", "node", "n").with(at(NOW, 1))).mustBeStored();
    }
    String minutePasses =
        "UPDATE harvester.node_status SET checkpoint_at = checkpoint_at - interval '61 seconds',"
            + " earlier_at = earlier_at - interval '61 seconds';"
            + " SELECT harvester.record_node_usage('{n}', '{1}', '{0}', '{0}')";
    db.execute("SELECT harvester.record_node_usage('{n}', '{1}', '{0}', '{0}')");
    db.execute(minutePasses);
    db.execute("UPDATE harvester.node SET samples_total = samples_total + 610");
    db.execute(minutePasses);
    double rate = rate(db);
    assertTrue(rate > 8 && rate <= 10, "samples/s: " + rate);
    db.execute(minutePasses);
    db.execute(minutePasses);
    assertEquals(0, rate(db));
  }

  private static double rate(TestDatabase db) throws Exception {
    return ((Number) db.value("SELECT samples_per_second FROM fleet.node")).doubleValue();
  }

  @EachTier
  void the_use_of_quotas_and_the_rejections_are_shown(TestDatabase db) throws Exception {
    assumeTrue(db.tier() == TestTier.POSTGRES, ROUNDS);
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a =
        TestAggregator.start(db, "--max-series-per-node=10", "--retention=1d")) {
      Message.Series m = series("m", "node", "lab-01");
      a.send(m.label("i", "1").with(at(NOW, 1)), m.label("i", "2").with(at(NOW, 1))).mustBeStored();
      assertEquals(400, a.send(m.with(at(NOW - 100 * 86_400_000L, 1))).status());
      within(
          "use of quotas",
          () -> db.query("SELECT quota_use::text FROM fleet.node").toString().equals("[[0.2000]]"));
      cli.run("limit", "lab-01", "--max-series", "4");
      assertEquals("0.5000", db.value("SELECT quota_use::text FROM fleet.node"));
      within("the rejection", () -> !db.value("SELECT rejections FROM fleet.node").equals(0L));
      assertEquals(
          List.of(List.of(1L, true, true)),
          db.query(
              "SELECT rejections, last_rejection_at > now() - interval '1 minute',"
                  + " length(last_rejection) > 5 FROM fleet.node"));
    }
  }

  @EachTier
  void tags_and_labels_are_groups(TestDatabase db) throws Exception {
    assumeTrue(db.tier() == TestTier.POSTGRES, ROUNDS);
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db)) {
      a.send(uname("6.1").with(at(NOW, 1))).mustBeStored();
      cli.run("add", "lab-02");
      cli.run("tag", "lab-02", "site=berlin", "rack=a=1");
      cli.run("tag", "lab-02", "rack=7");
      assertEquals("key   value\nrack  7\nsite  berlin", cli.run("tag", "lab-02"));
      within("labels", () -> db.value("SELECT count(*) FROM fleet.tag").equals(3L));
      assertEquals(
          List.of(List.of("berlin", 2L)),
          db.query("SELECT value, count(*) FROM fleet.tag WHERE key = 'site' GROUP BY value"));
      cli.run("untag", "lab-02", "site");
      assertEquals(
          "{\"rack\": \"7\"}", db.value("SELECT tags::text FROM fleet.node WHERE node = 'lab-02'"));
      assertTrue(cli.end("untag", "lab-02", "site").err().endsWith("node lab-02 has no tag site"));
      assertTrue(cli.end("tag", "lab-03", "a=b").err().endsWith("there is no node lab-03"));
      assertTrue(cli.end("tag", "lab-02", "Site=b").err().contains("Site is not the key of a tag"));
      cli.run("remove", "lab-02");
      assertEquals(1L, db.value("SELECT count(*) FROM fleet.tag"));
    }
  }

  @EachTier
  void annotations_are_notes_and_what_is_recorded(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db)) {
      cli.run("add", "lab-01");
      cli.run("revoke", "lab-01");
      a.send(
              series(
                      "harvester_remote_session_started_timestamp_seconds",
                      "node",
                      "lab-01",
                      "session",
                      "7",
                      "user",
                      "ada",
                      "client",
                      "10.0.0.9")
                  .with(at(NOW, 1)))
          .mustBeStored();
      cli.note("fan replaced", "--node", "lab-01", "--who", "ada", "--at", "2026-01-31T12:00Z");
      cli.note("network upgrade", "--kind", "maintenance", "--for", "2h", "--who", "bob");
      assertEquals(
          List.of(
              "[null, maintenance, bob, network upgrade, 02:00:00]",
              "[lab-01, access, true, added, null]",
              "[lab-01, access, true, revoked, null]",
              "[lab-01, desktop, ada, desktop session from 10.0.0.9, null]",
              "[lab-01, note, ada, fan replaced, null]"),
          db
              .query(
                  "SELECT node, kind, CASE kind WHEN 'access' THEN (who = current_user)::text ELSE"
                      + " who END, text, (time_end - time)::text FROM fleet.annotation"
                      + " WHERE kind <> 'storage'"
                      + " ORDER BY node NULLS FIRST, kind, time")
              .stream()
              .map(Object::toString)
              .toList());
      assertEquals(
          true,
          db.value("SELECT time = '2026-01-31 12:00Z' FROM fleet.annotation WHERE kind = 'note'"));
    }
  }

  /** A plan that reads samples, or whose cost makes the server compile it, takes seconds. */
  @EachTier
  void the_view_of_many_nodes_is_cheap(TestDatabase db) throws Exception {
    TestAggregator.start(db).close();
    db.execute(
        "INSERT INTO harvester.node (name) SELECT 'n' || i FROM generate_series(1, 2000) i;"
            + " INSERT INTO harvester.node_info (node_id, metric, series_id, labels, sample_time)"
            + " SELECT node_id, 'node_uname_info', node_id, '{}', now() FROM harvester.node;"
            + " ANALYZE harvester.node, harvester.node_info");
    String plan = db.query("EXPLAIN SELECT * FROM fleet.node").toString();
    double cost = Double.parseDouble(plan.replaceFirst("(?s).*?\\.\\.([0-9.]+) .*", "$1"));
    assertTrue(cost < 50_000, plan);
    assertFalse(plan.contains("on sample"), plan);
    assertEquals(2000L, db.value("SELECT count(*) FROM (SELECT * FROM fleet.node OFFSET 0) n"));
  }

  private static void within(String what, Callable<Boolean> condition) throws Exception {
    Eventually.until(what, FRESH, condition);
  }
}
