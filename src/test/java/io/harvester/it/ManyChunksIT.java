// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Message;
import io.harvester.testing.Message.Sample;
import io.harvester.testing.Message.Series;
import io.harvester.testing.Message.Version;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Requests whose samples fall into many chunks or partitions. */
class ManyChunksIT {
  private static final int DAYS = 60;
  private static final long DAY = 86_400_000;
  private static final long NOW = System.currentTimeMillis();

  @EachTier
  void every_sample_of_a_wide_request_is_stored_once(TestDatabase db) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db, "--retention=0")) {
      Message wide = Message.of(wide("a", 1), wide("b", 2), wide("c", 3));
      for (Version version : Version.values()) {
        aggregator.sender().send(wide, version).mustBeStored();
        assertEquals(3L * DAYS, Stored.rows(db));
      }
      assertEquals(0, Stored.duplicates(db));
      assertEquals(
          3L * DAYS * (DAYS + 1) / 2, // 1 + 2 + … per series
          ((Number) db.value("SELECT sum(value) FROM harvester.sample")).longValue());
    }
  }

  @EachTier
  void ten_years_need_few_partitions(TestDatabase db) throws Exception {
    assumeTrue(db.tier() == TestTier.POSTGRES, "TimescaleDB has chunks of one length");
    try (TestAggregator aggregator = TestAggregator.start(db, "--retention=0")) {
      List<Sample> samples = new ArrayList<>();
      for (int day = 1; day <= 3650; day++) {
        samples.add(at(NOW - day * DAY, day));
      }
      Collections.shuffle(samples, new Random(10));
      Series wide = series("a", "node", "wide").with(samples.toArray(Sample[]::new));
      aggregator.sender().send(Message.of(wide), Version.V1).mustBeStored();
      assertEquals(3650, Stored.rows(db));
      long partitions =
          (Long)
              db.value(
                  "SELECT count(*) FROM pg_inherits"
                      + " WHERE inhparent = 'harvester.sample'::regclass");
      assertTrue(partitions < 250, partitions + " partitions");
    }
  }

  @EachTier
  void a_conflict_in_a_wide_request_keeps_the_first_value(TestDatabase db) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db, "--retention=0")) {
      List<Sample> samples = new ArrayList<>(wide("a", 1).samples());
      samples.add(at(NOW - DAY, 77));
      Series wide = series("a", "node", "wide").with(samples.toArray(Sample[]::new));
      aggregator
          .sender()
          .send(Message.of(wide), Version.V1)
          .mustBe(400, "1 × another value is stored for this timestamp");
      assertEquals(DAYS, Stored.rows(db));
      assertEquals(
          1.0,
          db.value(
              "SELECT value FROM harvester.sample WHERE time = to_timestamp(%d / 1000.0)"
                  .formatted(NOW - DAY)));
    }
  }

  /** One sample a day, in random order; its value is its age in days. */
  private static Series wide(String metric, int seed) {
    List<Integer> days = new ArrayList<>();
    for (int day = 1; day <= DAYS; day++) {
      days.add(day);
    }
    Collections.shuffle(days, new Random(seed));
    Sample[] samples = days.stream().map(day -> at(NOW - day * DAY, day)).toArray(Sample[]::new);
    return series(metric, "node", "wide").with(samples);
  }
}
