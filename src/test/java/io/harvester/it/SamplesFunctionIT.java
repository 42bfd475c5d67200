// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import java.time.Instant;
import java.util.List;

/** {@code metric.samples} gives what the view of the metric gives. */
class SamplesFunctionIT {
  private static final String ROWS =
      "SELECT string_agg(node || value || (%s ->> 'cpu'), ' ' ORDER BY node, value) FROM ";

  @EachTier
  void a_metric_is_found_by_node_time_and_label(TestDatabase db) throws Exception {
    long now = System.currentTimeMillis();
    try (TestAggregator a = TestAggregator.start(db)) {
      for (String node : new String[] {"a", "b", "c"}) {
        a.send(
                series("load", "node", node, "cpu", "0").with(at(now - 1000, 1), at(now, 2)),
                series("load", "node", node, "cpu", "1").with(at(now, 3)),
                series("other", "node", node, "cpu", "0").with(at(now, 4)))
            .mustBeStored();
      }
    }
    String start = "'" + Instant.ofEpochMilli(now) + "'";
    assertEquals("a20 a31 b20 b31 c20 c31", found(db, start + ", 'infinity'"));
    assertEquals("a20 a31 c20 c31", found(db, start + ", 'infinity', '{a,c}'"));
    assertEquals("b20", found(db, start + ", 'infinity', '{b}', '{\"cpu\": \"0\"}'"));
    assertEquals("a10 b10 c10", found(db, "'-infinity', " + start));
    assertEquals(null, found(db, start + ", " + start));
    assertEquals(
        db.value(
            "SELECT string_agg(node || value || cpu, ' ' ORDER BY node, value) FROM metric.load"),
        found(db, "'-infinity', 'infinity'"));
  }

  /**
   * A stale marker ends a series: as a value it would turn averages into NaN, and be the highest.
   */
  @EachTier
  void stale_markers_are_no_samples(TestDatabase db) throws Exception {
    long now = System.currentTimeMillis();
    double stale = Double.longBitsToDouble(0x7ff0000000000002L);
    try (TestAggregator a = TestAggregator.start(db)) {
      a.send(
              series("load", "node", "a", "cpu", "0")
                  .with(at(now - 3000, 1), at(now - 2000, Double.NaN), at(now - 1000, stale)))
          .mustBeStored();
    }
    assertEquals(3, Stored.rows(db));
    assertEquals(
        List.of(List.of("1"), List.of("NaN")),
        db.query("SELECT value::text FROM metric.load ORDER BY time"));
    assertEquals("a10 aNaN0", found(db, "'-infinity', 'infinity'"));
    assertEquals("a10 aNaN0 aNaN0", found(db, "'-infinity', 'infinity', stale => true"));
    assertEquals(
        List.of(List.of(now - 1000, "a", "load", "{\"cpu\": \"0\"}", true)),
        db.query(
            "SELECT (extract(epoch FROM time) * 1000)::bigint, node, metric, labels::text,"
                + " series_id IN (SELECT series_id FROM metric.load)"
                + " FROM harvester.stale_marker"));
  }

  /** What people partition by, and what the columnstore finds batches by. */
  @EachTier
  void ids_of_a_metric_are_one_range(TestDatabase db) throws Exception {
    long now = System.currentTimeMillis();
    try (TestAggregator a = TestAggregator.start(db)) {
      for (String node : new String[] {"a", "b"}) {
        a.send(
                series("load", "node", node, "cpu", "0").with(at(now, 1)),
                series("other", "node", node).with(at(now, 2)),
                series("load", "node", node, "cpu", "1").with(at(now, 3)))
            .mustBeStored();
      }
    }
    assertEquals(
        List.of(List.of(true, 6L)),
        db.query("SELECT bool_and(series_id >> 40 = metric_id), count(*) FROM harvester.series"));
    assertEquals(
        List.of(List.of("a0", 0L), List.of("a1", 1L), List.of("b0", 0L), List.of("b1", 1L)),
        db.query(
            "SELECT node || cpu, series_id - min(series_id) OVER (PARTITION BY node)"
                + " FROM metric.load ORDER BY 1"));
  }

  private static Object found(TestDatabase db, String arguments) throws Exception {
    return db.value(ROWS.formatted("labels") + "metric.samples('load', " + arguments + ")");
  }
}
