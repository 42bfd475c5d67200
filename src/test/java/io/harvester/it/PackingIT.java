// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.it.PackedCase.HOUR;
import static io.harvester.it.PackedCase.STEP;
import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.maintenance.RetentionJob;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Packed samples are what the rows were: by every way of reading, and to every sender. */
class PackingIT {
  @EachTier({TestTier.POSTGRES, TestTier.HYPERTABLE})
  void every_way_of_reading_gives_the_same_as_before(TestDatabase db) throws Exception {
    PackedCase packed = new PackedCase(db);
    try (TestAggregator a = packed.aggregator()) {
      packed.fill(a, 0, 90);
      packed.mustBeStored();
      var before = packed.everyWay();
      packed.pack();
      assertEquals(0, packed.rows());
      assertTrue(packed.packedSeries() > 0);
      assertEquals(before, packed.everyWay());
      assertFalse(packed.hasChunk(packed.start));
      assertFalse(packed.hasChunk(packed.start + HOUR));
      packed.mustBeStored();
    }
  }

  @EachTier({TestTier.POSTGRES, TestTier.HYPERTABLE})
  void late_samples_are_packed_too_and_known_ones_are_not_stored_again(TestDatabase db)
      throws Exception {
    PackedCase packed = new PackedCase(db);
    try (TestAggregator a = packed.aggregator()) {
      packed.fill(a, 0, 30);
    }
    packed.pack();
    long seen = packed.start + 3 * STEP;
    try (TestAggregator a = packed.aggregator()) { // remembers nothing
      a.send(packed.one("n1", 0, seen), packed.one("n1", 1, seen)).mustBeStored();
      packed.expected.subList(packed.expected.size() - 2, packed.expected.size()).clear();
      a.send(series("m0", "node", "n1", "i", "0").with(at(seen, 4711))).mustBe(400, "");
      assertEquals(0, packed.rows());
      assertEquals(
          1L,
          db.value("SELECT count(*) FROM harvester.sample_conflict WHERE rejected_value = 4711"));
      a.send(packed.one("n1", 0, seen + 1), packed.one("n1", 1, seen + 1)).mustHaveWritten(2);
      packed.scrape(a, "n1", packed.start + 30 * STEP);
      packed.scrape(a, "n3", packed.start + 5 * STEP); // a new node
      packed.mustBeStored();
      var before = packed.everyWay();
      packed.pack();
      assertEquals(0, packed.rows());
      assertEquals(before, packed.everyWay());
      a.send(packed.one("n1", 0, seen + 1)).mustBeStored();
      packed.expected.remove(packed.expected.size() - 1);
      assertEquals(0, packed.rows());
      packed.mustBeStored();
    }
    assertEquals(
        0L,
        db.value(
            "SELECT count(*) FROM harvester.packed_time c WHERE NOT EXISTS"
                + " (SELECT FROM harvester.packed_sample p WHERE p.clock_id = c.clock_id)"));
  }

  @EachTier({TestTier.POSTGRES, TestTier.HYPERTABLE})
  void a_removed_node_takes_its_packed_samples_with_it(TestDatabase db) throws Exception {
    PackedCase packed = new PackedCase(db);
    try (TestAggregator a = packed.aggregator()) {
      packed.fill(a, 0, 10);
      packed.pack();
      new NodeCli(db).run("remove", "n1", "--with-data");
      packed.expected.removeIf(sample -> sample.startsWith("n1 "));
      packed.mustBeStored();
      for (String table : new String[] {"packed_sample", "packed_time"}) {
        assertEquals(1L, db.value("SELECT count(DISTINCT node_id) FROM harvester." + table), table);
      }
    }
  }

  @EachTier({TestTier.POSTGRES, TestTier.HYPERTABLE})
  void retention_deletes_by_rule_and_drops_the_rest(TestDatabase db) throws Exception {
    PackedCase packed = new PackedCase(db);
    try (TestAggregator a = packed.aggregator()) {
      packed.fill(a, 0, 10);
      packed.pack();
    }
    db.execute("SELECT harvester.set_node_retention('n1', interval '3 days')");
    db.execute("SELECT harvester.set_metric_retention('m1', interval '3 days')");
    db.execute("UPDATE harvester.retention_rule SET changed_at = now() - interval '1 hour'");
    RetentionJob job = new RetentionJob(packed.jdbc, packed.layout, Duration.ofDays(40));
    job.round(Instant.now());
    packed.mustBeStored();
    job.round(Instant.now().plus(Duration.ofDays(5)));
    packed.expected.removeIf(sample -> sample.startsWith("n1 ") || sample.contains(" m1 "));
    packed.mustBeStored();
    assertTrue(packed.packedSeries() > 0);
    job.round(Instant.now().plus(Duration.ofDays(80)));
    assertEquals(0, packed.packedSeries());
    assertEquals(0L, db.value("SELECT count(*) FROM harvester.packed_time"));
  }

  /** Ends the connection of packing in the middle of its transactions, again and again. */
  @EachTier({TestTier.POSTGRES, TestTier.HYPERTABLE})
  void an_interrupted_packing_loses_and_doubles_nothing(TestDatabase db) throws Exception {
    PackedCase packed = new PackedCase(db);
    try (TestAggregator a = packed.aggregator()) {
      packed.fill(a, 0, 40);
      int kills = 0;
      for (int round = 0; round < 30; round++) {
        CompletableFuture<Void> packing =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    packed.pack();
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                });
        TimeUnit.MILLISECONDS.sleep(20 + 7 * round);
        kills +=
            (int)
                (long)
                    db.value(
                        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid))"
                            + " FROM pg_stat_activity WHERE application_name = 'harvester packing'"
                            + " AND datname = current_database()");
        packing.handle((done, failure) -> null).join();
        packed.mustBeStored();
        packed.scrape(a, "n1", packed.start + (40L + round) * STEP);
      }
      assertTrue(kills > 0, "no connection was ended");
      packed.pack();
      packed.pack();
      assertEquals(0, packed.rows());
      packed.mustBeStored();
    }
  }

  /** While a writer holds a node, packing waits for it; then the writer's sample is packed too. */
  @EachTier({TestTier.POSTGRES, TestTier.HYPERTABLE})
  void packing_and_a_writer_of_the_node_exclude_each_other(TestDatabase db) throws Exception {
    PackedCase packed = new PackedCase(db);
    try (TestAggregator a = packed.aggregator()) {
      packed.fill(a, 0, 5);
    }
    CompletableFuture<Void> packing;
    try (Connection writer =
            new Jdbc(DatabaseUrl.parse(db.url()), Duration.ofSeconds(30)).open("w");
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("SELECT FROM harvester.node WHERE name = 'n1' FOR NO KEY UPDATE");
      packing =
          CompletableFuture.runAsync(
              () -> {
                try {
                  packed.pack();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      awaitBlocked(db);
      statement.execute(
          "INSERT INTO harvester.sample SELECT to_timestamp(%d / 1000.0), node_id, series_id, 1"
                  .formatted(packed.start + 77)
              + " FROM harvester.series WHERE labels @> '{\"i\": \"0\"}' AND node_id ="
              + " (SELECT node_id FROM harvester.node WHERE name = 'n1')");
      packed.expected.add(
          Stored.sample(
              "n1", "m0", "{\"i\": \"0\"}", packed.start + 77, Double.doubleToRawLongBits(1)));
      writer.commit();
    }
    packing.join();
    packed.mustBeStored();
    assertEquals(0, packed.rows());
  }

  /** Its snapshot sees the rows and not the arrays: the rows must remain until it ends. */
  @EachTier({TestTier.POSTGRES, TestTier.HYPERTABLE})
  void a_transaction_that_began_before_packing_reads_every_sample(TestDatabase db)
      throws Exception {
    PackedCase packed = new PackedCase(db);
    try (TestAggregator a = packed.aggregator()) {
      packed.fill(a, 0, 5);
    }
    try (Connection reader = db.connect();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      statement.execute("SELECT FROM harvester.node");
      packed.pack();
      assertEquals(0, packed.rows());
      packed.mustBeStored();
      try (ResultSet row = statement.executeQuery("SELECT count(*) FROM harvester.stored_sample")) {
        row.next();
        assertEquals(packed.expected.size(), row.getLong(1));
      }
      reader.commit();
    }
    packed.pack();
    assertFalse(packed.hasChunk(packed.start));
    packed.mustBeStored();
  }

  private static void awaitBlocked(TestDatabase db) throws Exception {
    Eventually.until(
        "packing waits",
        () ->
            (long)
                    db.value(
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                            + " AND application_name = 'harvester packing'")
                == 1);
  }
}
