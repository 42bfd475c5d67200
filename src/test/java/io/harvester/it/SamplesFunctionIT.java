// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.TestDatabase;
import java.time.Instant;

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

  private static Object found(TestDatabase db, String arguments) throws Exception {
    return db.value(ROWS.formatted("labels") + "metric.samples('load', " + arguments + ")");
  }
}
