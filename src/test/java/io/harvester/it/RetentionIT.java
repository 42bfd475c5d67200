// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is deleted by rules of nodes and metrics, what is refused, and what stays. */
class RetentionIT {
  private static final long NOW = System.currentTimeMillis();
  private static final long OLD = NOW - Duration.ofDays(3).toMillis();

  private static void fill(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      for (String node : List.of("lab", "office")) {
        for (String metric : List.of("cpu", "ram")) {
          a.send(
                  series(metric, "node", node, "n", "1").with(at(OLD, 1), at(NOW, 2)),
                  series(metric, "node", node, "n", "2").with(at(OLD + 1, 3), at(NOW, 4)))
              .mustBeStored();
        }
      }
    }
  }

  /** As if the rules had been made long ago. */
  private static void rule(TestDatabase db, String call) throws Exception {
    db.execute("SELECT harvester." + call);
    db.execute("UPDATE harvester.retention_rule SET changed_at = now() - interval '1 hour'");
  }

  /** Old samples by node and metric, in the order of names. */
  private static List<String> old(TestDatabase db) throws Exception {
    List<String> found = new ArrayList<>();
    for (List<Object> row :
        db.query(
            "SELECT n.name || ' ' || m.name || ' ' || count(*)"
                + " FROM harvester.sample s JOIN harvester.series r USING (series_id)"
                + " JOIN harvester.metric m USING (metric_id)"
                + " JOIN harvester.node n ON n.node_id = s.node_id"
                + " WHERE s.time < now() - interval '1 day'"
                + " GROUP BY n.name, m.name ORDER BY n.name, m.name")) {
      found.add((String) row.get(0));
    }
    return found;
  }

  private static long swept(TestDatabase db) throws Exception {
    return (Long)
        db.value("SELECT count(*) FROM harvester.chunk_maintenance WHERE step = 'delete_expired'");
  }

  private static void awaitSweep(TestDatabase db) throws Exception {
    Eventually.until("retention", () -> swept(db) > 0);
  }

  private static void recentSamplesAreThere(TestDatabase db) throws Exception {
    assertEquals(
        8L,
        db.value("SELECT count(*) FROM harvester.sample WHERE time > now() - interval '1 hour'"));
  }

  @EachTier
  void a_node_is_kept_shorter(TestDatabase db) throws Exception {
    fill(db);
    rule(db, "set_node_retention('lab', '1 day')");
    try (TestAggregator a = TestAggregator.start(db)) {
      awaitSweep(db);
      assertEquals(List.of("office cpu 2", "office ram 2"), old(db));
      recentSamplesAreThere(db);
      assertEquals(4, a.sender().metric("harvester_retention_rows_deleted_total"));
      a.send(series("cpu", "node", "lab", "n", "1").with(at(OLD, 1)))
          .mustBe(400, "rule of its node or metric");
      a.send(series("cpu", "node", "office", "n", "1").with(at(OLD, 1)))
          .mustBeStored()
          .mustHaveWritten(1);
      assertEquals(List.of("office cpu 2", "office ram 2"), old(db));
    }
  }

  @EachTier
  void a_metric_is_kept_shorter(TestDatabase db) throws Exception {
    fill(db);
    rule(db, "set_metric_retention('cpu', '1 day')");
    try (TestAggregator a = TestAggregator.start(db)) {
      awaitSweep(db);
      assertEquals(List.of("lab ram 2", "office ram 2"), old(db));
      recentSamplesAreThere(db);
      a.send(series("cpu", "node", "new", "n", "1").with(at(OLD, 1)))
          .mustBe(400, "rule of its node or metric");
      a.send(series("ram", "node", "lab", "n", "2").with(at(OLD, 9), at(OLD + 1, 3)))
          .mustBeStored()
          .mustHaveWritten(2);
      assertEquals(List.of("lab ram 3", "office ram 2"), old(db));
    }
  }

  @EachTier
  void a_metric_and_a_node_are_kept_longer(TestDatabase db) throws Exception {
    fill(db);
    rule(db, "set_metric_retention('cpu', '0')");
    rule(db, "set_node_retention('office', '1 year')");
    try (TestAggregator a = TestAggregator.start(db, "--retention=1d")) {
      awaitSweep(db);
      assertEquals(List.of("lab cpu 2", "office cpu 2", "office ram 2"), old(db));
      recentSamplesAreThere(db);
      a.send(series("ram", "node", "lab", "n", "1").with(at(OLD, 1))).mustBe(400, "older than");
      a.send(series("cpu", "node", "lab", "n", "1").with(at(OLD, 1)))
          .mustBeStored()
          .mustHaveWritten(1);
      assertEquals(List.of("lab cpu 2", "office cpu 2", "office ram 2"), old(db));
    }
  }

  @EachTier
  void whole_chunks_go_when_nothing_is_kept_longer(TestDatabase db) throws Exception {
    fill(db);
    rule(db, "set_metric_retention('cpu', '6 hours')");
    try (TestAggregator a = TestAggregator.start(db, "--retention=1d")) {
      Eventually.until("retention", () -> old(db).isEmpty());
      recentSamplesAreThere(db);
      Eventually.until(
          "the count", () -> a.sender().metric("harvester_retention_chunks_dropped_total") == 1);
      assertEquals(0, swept(db));
    }
  }

  @EachTier
  void nothing_is_deleted_by_a_fresh_rule_or_while_another_process_is_at_it(TestDatabase db)
      throws Exception {
    fill(db);
    db.execute("SELECT harvester.set_node_retention('lab', '1 day')");
    try (TestAggregator a = TestAggregator.start(db)) {
      Eventually.until(
          "the rule is known",
          () -> a.send(series("cpu", "node", "lab", "n", "1").with(at(OLD, 1))).status() == 400);
      assertEquals(0, swept(db));
    }
    rule(db, "set_metric_retention('cpu', '1 day')");
    try (Connection other = db.connect();
        Statement statement = other.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(hashtext('harvester.chunk_maintenance'))");
      try (TestAggregator a = TestAggregator.start(db)) {
        Eventually.until(
            "the rule is known",
            () ->
                a.send(series("cpu", "node", "office", "n", "1").with(at(OLD, 1))).status() == 400);
        assertEquals(0, swept(db));
      }
    }
    assertEquals(4, old(db).size());
  }

  @EachTier(TestTier.COLUMNAR)
  void what_stays_of_a_segment_is_packed_again(TestDatabase db) throws Exception {
    fill(db);
    rule(db, "set_metric_retention('cpu', '1 day')");
    try (TestAggregator a = TestAggregator.start(db)) {
      awaitSweep(db);
      assertEquals(4, a.sender().metric("harvester_retention_rows_deleted_total"));
    }
    String chunk =
        (String)
            db.value("SELECT chunk FROM harvester.chunk_maintenance WHERE step = 'delete_expired'");
    assertEquals(
        1,
        (Integer) db.value("SELECT _timescaledb_functions.chunk_status('" + chunk + "')") & 9,
        "compressed, and not in part only");
    assertEquals(0L, db.value("SELECT count(*) FROM ONLY " + chunk));
  }
}
