// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Rollups are what the samples give, whatever came late, twice or in disorder. */
class RollupIT {
  @EachTier
  void rollups_are_what_the_samples_give(TestDatabase db) throws Exception {
    RollupCase rolled = new RollupCase(db);
    List<RollupCase.Scrape> scrapes = new ArrayList<>(rolled.scrapes());
    Collections.shuffle(scrapes, rolled.random);
    int late = scrapes.size() / 8;
    try (TestAggregator a = rolled.aggregator()) {
      for (RollupCase.Scrape scrape : scrapes.subList(late, scrapes.size())) {
        rolled.send(a, scrape);
      }
      for (RollupCase.Scrape twice : scrapes.subList(late, 3 * late)) {
        rolled.send(a, twice);
      }
      rolled.maintain();
      rolled.mustBeRight();
      for (RollupCase.Scrape scrape : scrapes.subList(0, late)) {
        rolled.send(a, scrape);
      }
      rolled.maintain();
      rolled.mustBeRight();
    }
    Object rows = db.value("SELECT max(xmin::text::bigint) FROM harvester.rollup_5m");
    rolled.maintain();
    assertEquals(
        rows,
        db.value("SELECT max(xmin::text::bigint) FROM harvester.rollup_5m"),
        "nothing is written again");
  }

  /** The sample at the very end of an hour is the first of the next chunk. */
  @EachTier
  void a_late_sample_on_the_border_belongs_to_the_hour_before(TestDatabase db) throws Exception {
    RollupCase rolled = new RollupCase(db);
    List<RollupCase.Scrape> scrapes = rolled.scrapes();
    List<RollupCase.Scrape> border =
        scrapes.stream().filter(s -> s.time() % RollupCase.HOUR == 0).toList();
    try (TestAggregator a = rolled.aggregator()) {
      for (RollupCase.Scrape scrape : scrapes) {
        if (!border.contains(scrape)) {
          rolled.send(a, scrape);
        }
      }
      rolled.maintain();
      rolled.mustBeRight();
      for (RollupCase.Scrape scrape : border) {
        rolled.send(a, scrape);
      }
      rolled.maintain();
      rolled.mustBeRight();
    }
  }

  @EachTier(TestTier.COLUMNAR)
  void chunks_of_less_than_an_hour_make_whole_hours(TestDatabase db) throws Exception {
    RollupCase rolled = new RollupCase(db, Duration.ofMinutes(24));
    try (TestAggregator a = rolled.aggregator()) {
      for (RollupCase.Scrape scrape : rolled.scrapes()) {
        rolled.send(a, scrape);
      }
    }
    rolled.maintain();
    rolled.mustBeRight();
  }

  @EachTier
  void an_interrupted_maintenance_leaves_no_wrong_rollup(TestDatabase db) throws Exception {
    RollupCase rolled = new RollupCase(db);
    List<RollupCase.Scrape> scrapes = new ArrayList<>(rolled.scrapes());
    Collections.shuffle(scrapes, rolled.random);
    int kills = 0;
    try (TestAggregator a = rolled.aggregator()) {
      int sent = 0;
      for (int round = 0; round < 12; round++) {
        for (int last = (round + 1) * scrapes.size() / 12; sent < last; sent++) {
          rolled.send(a, scrapes.get(sent));
        }
        CompletableFuture<Void> maintenance =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    rolled.maintain();
                  } catch (SQLException e) {
                    throw new IllegalStateException(e);
                  }
                });
        TimeUnit.MILLISECONDS.sleep(30 + 25 * round);
        kills +=
            (int)
                (long)
                    db.value(
                        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid))"
                            + " FROM pg_stat_activity WHERE application_name IN"
                            + " ('harvester packing', 'harvester chunk maintenance')"
                            + " AND datname = current_database()");
        maintenance.handle((done, failure) -> null).join();
      }
    }
    assertTrue(kills > 0, "no connection was ended");
    rolled.maintain();
    rolled.maintain();
    rolled.mustBeRight();
  }

  /** Functions give the same from rollups as from samples, and go on when the samples are gone. */
  @EachTier
  void functions_give_the_same_from_rollups(TestDatabase db) throws Exception {
    RollupCase rolled = new RollupCase(db);
    try (TestAggregator a = rolled.aggregator()) {
      for (RollupCase.Scrape scrape : rolled.scrapes()) {
        rolled.send(a, scrape);
      }
      String isComplete =
          "SELECT complete_until > to_timestamp(%d) FROM harvester.rollup_progress"
              .formatted((rolled.start + 3 * RollupCase.HOUR) / 1000);
      // A round leaves a packed chunk to the next one while a transaction may still read it.
      Eventually.until(
          "everything is rolled up",
          () -> {
            rolled.maintain();
            return db.value(isComplete).equals(true);
          });
      for (String metric : List.of("m0", "m1", "m2", "m3", "m4")) {
        Eventually.until(
            metric, () -> db.value("SELECT to_regclass('metric_1h." + metric + "')") != null);
      }
    }
    Object complete = db.value("SELECT complete_until::text FROM harvester.rollup_progress");
    db.execute("UPDATE harvester.rollup_progress SET complete_until = '-infinity'");
    Map<String, Double> expected = rolled.functions();
    db.execute("UPDATE harvester.rollup_progress SET complete_until = '" + complete + "'");
    rolled.mustBeNear(expected, rolled.functions());
    try (Connection connection = db.connect()) {
      rolled.chunks.layout().dropBefore(connection, Instant.now());
      assertEquals(0L, db.value("SELECT count(*) FROM harvester.sample"));
    }
    rolled.mustBeNear(expected, rolled.functions());
    rolled.mustBeNear(expected, rolled.views());
  }

  @EachTier
  void rollups_outlive_the_samples_and_go_with_the_node(TestDatabase db) throws Exception {
    RollupCase rolled = new RollupCase(db);
    try (TestAggregator a = rolled.aggregator()) {
      for (RollupCase.Scrape scrape : rolled.scrapes()) {
        rolled.send(a, scrape);
      }
    }
    rolled.maintain();
    String digest =
        "SELECT count(*) || md5(string_agg(r::text, '' ORDER BY r::text))"
            + " FROM harvester.rolled_5m r";
    Object before = db.value(digest);
    try (Connection connection = db.connect()) {
      rolled.chunks.layout().dropBefore(connection, Instant.now());
      assertEquals(0L, db.value("SELECT count(*) FROM harvester.sample"));
      assertEquals(before, db.value(digest));
      new NodeCli(db).run("remove", "n1", "--with-data");
      for (String table : List.of("rollup_5m", "rollup_1h")) {
        assertEquals(1L, db.value("SELECT count(DISTINCT node_id) FROM harvester." + table), table);
      }
      rolled
          .chunks
          .layout()
          .dropExpiredRollups(connection, Instant.now().plus(Duration.ofDays(365 + 64)));
      assertEquals(0L, db.value("SELECT count(*) FROM harvester.rollup_1h"));
    }
  }
}
