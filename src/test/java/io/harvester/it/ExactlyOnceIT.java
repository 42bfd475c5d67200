// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.Answer;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.Message.Series;
import io.harvester.testing.Stored;
import io.harvester.testing.TcpProxy;
import io.harvester.testing.TcpProxy.Cut;
import io.harvester.testing.TestDatabase;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What was acknowledged is there, once, whatever happened on the way. */
class ExactlyOnceIT {
  private static final long T = System.currentTimeMillis() / 1000 * 1000;
  private static final int SERIES = 20;
  private static final List<Cut> CUTS = List.of(Cut.values());

  @EachTier
  void repeated_late_and_shuffled_requests_are_stored_once(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      List<Message> messages = messages(30, 3);
      List<Message> sent = new ArrayList<>(messages);
      sent.addAll(messages);
      Collections.shuffle(sent, new Random(7));
      List<CompletableFuture<Answer>> answers = sent.stream().map(a.sender()::sendAsync).toList();
      for (int i = 0; i < sent.size(); i++) {
        answers
            .get(i)
            .get(60, TimeUnit.SECONDS)
            .mustBeStored()
            .mustHaveWritten(sent.get(i).samples());
      }
      mustBeStoredOnce(db, messages);
    }
  }

  @EachTier
  void a_restarted_aggregator_knows_what_is_stored(TestDatabase db) throws Exception {
    List<Message> messages = messages(5, 2);
    for (int round = 0; round < 2; round++) {
      try (TestAggregator a = TestAggregator.start(db)) {
        for (Message message : messages) {
          a.sender().send(message).mustBeStored().mustHaveWritten(message.samples());
        }
        assertEquals(
            round == 0 ? 1 : 0, a.sender().metric("harvester_samples_stored_total") > 0 ? 1 : 0);
      }
    }
    mustBeStoredOnce(db, messages);
  }

  @EachTier
  void two_aggregators_may_take_turns(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db);
        TestAggregator b = TestAggregator.start(db)) {
      Random random = new Random(3);
      List<Message> messages = messages(40, 3);
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (Message message : messages) {
        // Often the retry overtakes the first try, or both run at the same time.
        answers.add((random.nextBoolean() ? a : b).sender().sendAsync(message));
        if (random.nextInt(3) > 0) {
          answers.add((random.nextBoolean() ? a : b).sender().sendAsync(message));
        }
        if (random.nextInt(4) == 0) {
          answers.get(answers.size() - 1).get(60, TimeUnit.SECONDS);
        }
      }
      for (CompletableFuture<Answer> answer : answers) {
        answer.get(60, TimeUnit.SECONDS).mustBeStored();
      }
      mustBeStoredOnce(db, messages);
    }
  }

  @EachTier
  void a_connection_cut_at_a_commit_loses_and_doubles_nothing(TestDatabase db) throws Exception {
    URI url = URI.create(db.url());
    try (TcpProxy proxy = new TcpProxy(0, url.getHost(), url.getPort());
        TestAggregator a =
            TestAggregator.start(
                db.url().replace(":" + url.getPort() + "/", ":" + proxy.port() + "/"))) {
      List<Message> messages = messages(12, 2);
      a.sender().send(messages.get(0)).mustBeStored();
      int cuts = 0;
      int unconfirmed = 0;
      for (Message message : messages.subList(1, messages.size())) {
        proxy.breakNextCommit(CUTS.get(cuts++ % CUTS.size()));
        Answer answer = a.sender().send(message);
        unconfirmed += answer.status() == 503 ? 1 : 0;
        for (int retry = 0; answer.status() == 503 && retry < 100; retry++) {
          answer.mustAskToRetry("");
          Thread.sleep(100);
          answer = a.sender().send(message);
        }
        answer.mustBeStored().mustHaveWritten(message.samples());
        assertFalse(proxy.armed());
      }
      assertTrue(unconfirmed >= cuts - 3, "new series are registered and have commits, too");
      mustBeStoredOnce(db, messages);
    }
  }

  @EachTier
  void a_database_that_is_down_means_503_until_it_is_back(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      List<Message> messages = messages(4, 1);
      a.sender().send(messages.get(0)).mustBeStored();
      a.sender().get("/-/ready").mustBe(200, "ready");
      db.server().stop();
      a.sender().send(messages.get(1)).mustAskToRetry("").mustHaveWritten(0);
      Eventually.until(
          "the reason is known",
          () -> a.sender().get("/-/ready").body().contains("the database cannot be reached"));
      a.sender().get("/-/ready").mustBe(503, "");
      a.sender().get("/-/healthy").mustBe(200, "healthy");
      a.sender().send(messages.get(2)).mustAskToRetry("the database cannot be reached");
      a.sender()
          .send(messages.get(2), Message.Version.V1)
          .mustAskToRetry("the database cannot be reached")
          .mustNotCount();
      db.server().start();
      Eventually.until("ready", () -> a.sender().get("/-/ready").status() == 200);
      for (Message message : messages) {
        Eventually.until("stored", () -> a.sender().send(message).status() == 204);
      }
      mustBeStoredOnce(db, messages);
    }
  }

  @EachTier
  void a_node_removed_by_hand_is_made_anew(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db);
        TestAggregator b = TestAggregator.start(db)) {
      Series s = series("m", "node", "gone", "n", "0");
      a.send(s.with(at(T, 1))).mustBeStored();
      b.send(s.with(at(T + 1, 1))).mustBeStored();
      db.execute(
          "DELETE FROM harvester.sample; DELETE FROM harvester.series;"
              + " DELETE FROM harvester.node WHERE name = 'gone'");
      stored(b, s.with(at(T + 2, 1)));
      stored(a, s.with(at(T + 3, 1)));
      stored(b, s.with(at(T + 4, 1)));
      assertEquals(3, Stored.rows(db));
      assertEquals(1L, db.value("SELECT count(*) FROM harvester.node WHERE name = 'gone'"));
      assertEquals(3, Stored.samples(db).size());
    }
  }

  @EachTier
  void samples_for_a_database_made_anew_are_not_filed_under_old_ids(TestDatabase db)
      throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      for (int i = 0; i < 5; i++) {
        a.send(series("old" + i, "node", "x" + i).with(at(T, i))).mustBeStored();
      }
      disconnectAndDrop(db);
      a.send(series("old1", "node", "x1").with(at(T + 1, 1))).mustAskToRetry("");
      try (TestAggregator b = TestAggregator.start(db)) {
        // The same ids for other things: whoever writes by the old ones writes wrongly.
        for (int i = 9; i > 0; i--) {
          b.send(series("new" + i, "node", "y" + i).with(at(T, i))).mustBeStored();
        }
        for (int i = 0; i < 5; i++) {
          stored(a, series("old" + i, "node", "x" + i).with(at(T + 2, i)));
        }
        List<String> expected = new ArrayList<>();
        for (int i = 1; i < 10; i++) {
          expected.add(Stored.sample("y" + i, "new" + i, "{}", T, Double.doubleToRawLongBits(i)));
        }
        for (int i = 0; i < 5; i++) {
          expected.add(
              Stored.sample("x" + i, "old" + i, "{}", T + 2, Double.doubleToRawLongBits(i)));
        }
        expected.sort(null);
        assertEquals(expected, Stored.samples(db).stream().sorted().toList());
      }
    }
  }

  @EachTier
  void a_partition_dropped_by_hand_is_made_again(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      Series s = series("m", "node", "n", "n", "0");
      long late = T - Duration.ofDays(40).toMillis();
      a.send(s.with(at(late, 1), at(T, 1))).mustBeStored();
      for (List<Object> partition :
          db.query(
              "SELECT inhrelid::regclass::text FROM pg_inherits"
                  + " WHERE inhparent = 'harvester.sample'::regclass"
                  + " AND (SELECT relkind FROM pg_class"
                  + " WHERE oid = 'harvester.sample'::regclass) = 'p'")) {
        db.execute("DROP TABLE " + partition.get(0));
      }
      stored(a, s.with(at(late + 1, 2), at(T + 1, 2)));
      assertTrue(Stored.rows(db) >= 2);
    }
  }

  @EachTier
  void two_aggregators_may_need_the_same_partition(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db, "--chunk-interval=1h");
        TestAggregator b = TestAggregator.start(db, "--chunk-interval=1h")) {
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int i = 1; i <= 30; i++) {
        long time = T - Duration.ofHours(i).toMillis();
        answers.add(a.sender().sendAsync(Message.of(series("m", "node", "a").with(at(time, 1)))));
        answers.add(b.sender().sendAsync(Message.of(series("m", "node", "b").with(at(time, 1)))));
      }
      for (CompletableFuture<Answer> answer : answers) {
        answer.get(60, TimeUnit.SECONDS).mustBeStored();
      }
      assertEquals(60, Stored.rows(db));
    }
  }

  @EachTier
  void retention_drops_what_is_too_old(TestDatabase db) throws Exception {
    Series s = series("m", "node", "n", "n", "0");
    try (TestAggregator a = TestAggregator.start(db, "--retention=30d", "--chunk-interval=1d")) {
      a.send(s.with(at(T - Duration.ofDays(20).toMillis(), 1), at(T, 1))).mustBeStored();
    }
    assertEquals(2, Stored.rows(db));
    try (TestAggregator a = TestAggregator.start(db, "--retention=10d", "--chunk-interval=1d")) {
      Eventually.until("dropped", () -> Stored.rows(db) == 1);
      a.send(s.with(at(T - Duration.ofDays(20).toMillis(), 1))).mustBe(400, "too old");
    }
  }

  private static void stored(TestAggregator aggregator, Series series) throws Exception {
    List<String> seen = new ArrayList<>();
    Eventually.until(
        "stored: " + seen,
        () -> {
          Answer answer = aggregator.send(series);
          seen.add(answer.status() + " " + answer.body());
          return answer.status() == 204;
        });
  }

  private static void disconnectAndDrop(TestDatabase db) throws Exception {
    db.superuser()
        .execute(
            "DROP SCHEMA harvester CASCADE; DROP SCHEMA metric CASCADE;"
                + " DROP SCHEMA IF EXISTS metric_histogram CASCADE;"
                + " DROP SCHEMA IF EXISTS metric_exemplar CASCADE;"
                + " DROP SCHEMA metric_5m CASCADE; DROP SCHEMA metric_1h CASCADE");
    db.superuser()
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
  }

  /** Scrapes of some nodes: every series has a label n of its own. */
  private static List<Message> messages(int scrapes, int nodes) {
    List<Message> messages = new ArrayList<>();
    for (int scrape = 0; scrape < scrapes; scrape++) {
      for (int node = 0; node < nodes; node++) {
        List<Series> all = new ArrayList<>();
        for (int s = 0; s < SERIES; s++) {
          all.add(
              series("m" + s % 3, "node", "n" + node, "n", node + "/" + s)
                  .with(at(T + scrape * 100L, scrape * 1000 + s)));
        }
        messages.add(new Message(all));
      }
    }
    return messages;
  }

  private static void mustBeStoredOnce(TestDatabase db, List<Message> messages) throws Exception {
    TreeMap<String, Long> expected = new TreeMap<>();
    for (Message message : messages) {
      for (Series s : message.series()) {
        s.samples()
            .forEach(x -> expected.put(s.labels().get(2).value() + "@" + x.time(), x.bits()));
      }
    }
    assertEquals(0, Stored.duplicates(db));
    assertEquals(expected, Stored.byNumberAndTime(db));
  }
}
