// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.harvester.TestAggregator;
import io.harvester.cli.Cli;
import io.harvester.testing.Answer;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.slf4j.LoggerFactory;

/** Credentials from their making to their end, and what they bind. */
class AccessIT {
  private static final long NOW = System.currentTimeMillis();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    ((Logger) LoggerFactory.getLogger("ROOT")).addAppender(log);
  }

  @AfterEach
  void no_secret_is_in_the_log() {
    ((Logger) LoggerFactory.getLogger("ROOT")).detachAppender(log);
    for (ILoggingEvent event : List.copyOf(log.list)) {
      assertFalse(event.getFormattedMessage().matches("(?s).*hv[ne]_.*"), event::toString);
    }
  }

  @EachTier
  void a_gateway_names_the_node_and_a_foreign_one_refuses_all(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db, "--authentication=required")) {
      String token = new NodeCli(db).run("add", "lab-01", "--may-write", "rack-*");
      write(a, token, series("up").with(at(NOW, 1))).mustBeStored();
      write(
              a,
              token,
              series("up").with(at(NOW + 1, 1)),
              series("evil", "node", "lab-02").with(at(NOW, 1)))
          .mustBe(403, "lab-02");
      assertEquals(
          List.of(Stored.sample("lab-01", "up", "{}", NOW, Double.doubleToRawLongBits(1))),
          Stored.samples(db));
      assertEquals(0L, db.value("SELECT count(*) FROM harvester.node WHERE name = 'lab-02'"));
      assertEquals(0L, db.value("SELECT count(*) FROM harvester.metric WHERE name = 'evil'"));
      // The same once its owner has made the series, so that it is in memory.
      String owner = new NodeCli(db).run("add", "lab-02");
      write(a, owner, series("evil", "node", "lab-02").with(at(NOW, 1))).mustBeStored();
      write(a, token, series("evil", "node", "lab-02").with(at(NOW + 1, 1))).mustBe(403, "lab-02");
      assertEquals(2, Stored.rows(db));
    }
  }

  /** RabbitMQ's exporter has a node label of its own. */
  @EachTier
  void the_node_label_of_an_exporter_is_renamed(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db, "--authentication=required")) {
      String token = new NodeCli(db).run("add", "lab-01");
      String owner = new NodeCli(db).run("add", "lab-02");
      Message.Series rabbit = series("mq", "node", "rabbit@mq1");
      Message.Series both = series("mq", "node", "lab-02", "exported_node", "x");
      Message.Series own = series("mq", "node", "lab-01");
      for (int i = 0; i < 2; i++) { // the second time all series are in memory
        write(a, token, rabbit.with(at(NOW + i, 1)), both.with(at(NOW + i, 2))).mustBeStored();
        write(a, token, own.with(at(NOW + i, 3))).mustBeStored();
        write(a, owner, both.with(at(NOW + i, 4))).mustBeStored();
      }
      assertEquals(
          List.of(
              List.of("lab-01", 1.0, "", "rabbit@mq1"),
              List.of("lab-01", 2.0, "lab-02", "x"),
              List.of("lab-01", 3.0, "", ""),
              List.of("lab-02", 4.0, "", "x")),
          db.query(
              "SELECT node, value, coalesce(exported_exported_node, ''),"
                  + " coalesce(exported_node, '') FROM metric.mq"
                  + " GROUP BY 1, 2, 3, 4 HAVING count(*) = 2 ORDER BY 2"));
      assertEquals(2, a.sender().metric("harvester_series_renamed_total"));
    }
  }

  @EachTier
  void a_foreign_node_label_rejects_its_series_if_so_set(TestDatabase db) throws Exception {
    try (TestAggregator a =
        TestAggregator.start(db, "--authentication=required", "--foreign-node=reject")) {
      String token = new NodeCli(db).run("add", "lab-01");
      write(
              a,
              token,
              series("up").with(at(NOW, 1)),
              series("mq", "node", "rabbit@mq1").with(at(NOW, 1)))
          .mustBe(400, "HARVESTER_FOREIGN_NODE");
      assertEquals(
          List.of(Stored.sample("lab-01", "up", "{}", NOW, Double.doubleToRawLongBits(1))),
          Stored.samples(db));
    }
  }

  @EachTier
  void an_enrolment_key_is_good_for_what_it_says_and_no_more(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db, "--authentication=required")) {
      String key = cli.run("enrol-key", "--uses", "2", "--nodes", "lab-*");
      enrol(a, key, "web-01").mustBe(403, "not for a node of this name");
      enrol(a, key, "../etc").mustBe(400, "letters");
      String token =
          new JsonObject(enrol(a, key, "lab-01").mustBe(201, "lab-01").body()).getString("token");
      write(a, token, series("up").with(at(NOW, 1))).mustBeStored();
      enrol(a, key, "lab-01").mustBe(409, "rotate");
      enrol(a, key, "lab-02").mustBe(201, "lab-02");
      enrol(a, key, "lab-03").mustBe(401, "used up");
      String again = cli.run("enrol-key", "--re-enrol", "--expires", "1m");
      makesEarlierChangesKnown(
          a,
          new JsonObject(enrol(a, again, "lab-01").mustBe(201, "token").body()).getString("token"));
      write(a, token, series("up").with(at(NOW + 1, 1))).mustBe(401, "revoked");
      db.execute("UPDATE harvester.enrol_key SET uses_left = 5, expires_at = now()");
      enrol(a, again, "lab-04").mustBe(401, "expired");
      for (int i = 0; i < 10; i++) {
        enrol(a, "hve_wrong", "lab-04");
      }
      Answer limited = enrol(a, "hve_wrong", "lab-04").mustBe(429, "too many");
      assertTrue(Long.parseLong(limited.header("Retry-After")) > 0);
      assertEquals(
          3L, db.value("SELECT count(*) FROM harvester.access_event WHERE event = 'enrolled'"));
    }
  }

  @EachTier
  void a_rotated_token_overlaps_and_a_removed_node_is_gone(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db, "--authentication=required")) {
      String old = cli.run("add", "lab-01");
      write(a, old, series("up").with(at(NOW, 1))).mustBeStored();
      String young = cli.run("rotate", "lab-01", "--overlap", "1h");
      write(a, old, series("up").with(at(NOW + 1, 1))).mustBeStored();
      write(a, young, series("up").with(at(NOW + 2, 1))).mustBeStored();
      String youngest = cli.run("rotate", "lab-01", "--overlap", "0");
      makesEarlierChangesKnown(a, youngest);
      write(a, old, series("up").with(at(NOW + 3, 1))).mustBe(401, "");
      write(a, youngest, series("up").with(at(NOW + 3, 1))).mustBeStored();
      JsonObject self = new JsonObject(self(a, youngest).mustBe(200, "lab-01").body());
      assertEquals(4, self.getLong("samples"));
      JsonObject listed = new JsonArray(cli.run("list", "--json")).getJsonObject(0);
      assertEquals("lab-01", listed.getString("node"));
      assertEquals(1, listed.getInteger("tokens"));
      NodeCli.Ended refused = cli.end("remove", "lab-01");
      assertEquals(Cli.FAILED, refused.status(), refused::toString);
      assertTrue(refused.err().contains("lab-01 has written 4 samples"), refused::toString);
      cli.run("remove", "lab-01", "--with-data");
      assertEquals(0, Stored.rows(db));
      assertEquals(0L, db.value("SELECT count(*) FROM harvester.node"));
      makesEarlierChangesKnown(a, cli.run("add", "lab-02"));
      write(a, youngest, series("up").with(at(NOW + 4, 1))).mustBe(401, "");
    }
  }

  @EachTier
  void excess_series_are_refused_by_name_and_the_rest_is_stored(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db, "--max-new-series-per-hour=5")) {
      String token = cli.run("add", "lab-01");
      Message.Series[] flood = new Message.Series[8];
      for (int i = 0; i < flood.length; i++) {
        flood[i] = series("flood", "n", "" + i).with(at(NOW, i));
      }
      write(a, token, flood)
          .mustBe(400, "fastest growing metric: flood")
          .mustBe(400, "HARVESTER_MAX_NEW_SERIES_PER_HOUR");
      assertEquals(5, Stored.rows(db));
      assertEquals(5L, db.value("SELECT count(*) FROM harvester.series"));
      cli.run("limit", "lab-01", "--max-new-series-per-hour", "100");
      makesEarlierChangesKnown(a, cli.run("add", "lab-02"));
      write(a, token, flood).mustBeStored();
      assertEquals(8, Stored.rows(db));
      List<List<Object>> refused = List.of(List.of("lab-01", "flood", 3L));
      Eventually.until(
          "refusals are in the database",
          () ->
              refused.equals(
                  db.query("SELECT node, metric, rejections FROM harvester.rejected_sample")));
    }
  }

  @EachTier
  void who_sends_too_fast_is_asked_to_come_again(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db, "--max-samples-per-second=1")) {
      String fast = cli.run("add", "lab-01");
      String slow = cli.run("add", "lab-02");
      Message.Sample[] many = new Message.Sample[100];
      for (int i = 0; i < many.length; i++) {
        many[i] = at(NOW + i, i);
      }
      write(a, fast, series("up").with(many)).mustBeStored();
      write(a, fast, series("up").with(at(NOW + 100, 1))).mustAskToRetry("rate quota");
      write(a, slow, series("up").with(at(NOW + 100, 1))).mustBeStored();
    }
  }

  private static Answer write(TestAggregator a, String token, Message.Series... series) {
    return a.sender()
        .exchange(
            a.sender()
                .to("/api/v1/write")
                .header("Content-Type", Message.Version.V2.contentType())
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofByteArray(Message.of(series).body(Message.Version.V2)))
                .build());
  }

  private static Answer enrol(TestAggregator a, String key, String node) {
    return a.sender()
        .exchange(
            a.sender()
                .to("/api/v1/enrol")
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + key)
                .POST(BodyPublishers.ofString(new JsonObject().put("node", node).encode()))
                .build());
  }

  /** A credential that is unknown so far is looked for at once, and whatever else has changed. */
  private static void makesEarlierChangesKnown(TestAggregator a, String young) {
    self(a, young).mustBe(200, "");
  }

  private static Answer self(TestAggregator a, String token) {
    return a.sender()
        .exchange(
            a.sender()
                .to("/api/v1/node/self")
                .header("Authorization", "Bearer " + token)
                .GET()
                .build());
  }
}
