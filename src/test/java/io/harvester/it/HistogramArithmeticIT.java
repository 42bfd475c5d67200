// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.harvester.proto.v2.BucketSpan;
import io.harvester.proto.v2.Histogram;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import java.util.List;

/** Differences, products and sums of native histograms in SQL. */
class HistogramArithmeticIT {
  private static final String BUCKETS =
      "SELECT string_agg(lower || '…' || upper || ' ' || count, ', ' ORDER BY lower)"
          + " FROM harvester.histogram_buckets(%s)";

  /** What a and b observed: at first, and a minute later. */
  @EachTier
  void a_difference_and_a_sum_have_the_buckets_of_both(TestDatabase db) throws Exception {
    long now = System.currentTimeMillis();
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      ExtraMessage message = new ExtraMessage();
      message
          .series("h", "node", "a")
          .addHistograms(histogram(now - 60_000, 1, 3, 1, 2))
          .addHistograms(histogram(now, 1, 10, 4, 6));
      message.series("h", "node", "b").addHistograms(histogram(now, 0, 5, 5));
      message.sendTo(aggregator).mustBeStored();
      Eventually.until("view", () -> db.value("SELECT to_regclass('metric_histogram.h')") != null);
    }
    db.execute("ALTER ROLE CURRENT_USER SET search_path = harvester, metric_histogram");
    String a = "(SELECT histogram FROM h WHERE node = 'a' ORDER BY time DESC LIMIT 1)";
    String first = "(SELECT histogram FROM h WHERE node = 'a' ORDER BY time LIMIT 1)";
    String sum = "(SELECT sum(histogram) FROM h WHERE time > now() - interval '55 s')";
    // Of schema 1, buckets 1 and 2 end at √2 and 2; of schema 0, bucket 1 ends at 2.
    assertEquals(
        List.of(List.of(7.0, 7.0)),
        db.query("SELECT (d).count, (d).sum FROM (SELECT " + a + " - " + first + " AS d) x"));
    assertEquals(
        "1…1.4142135623730951 3, 1.4142135623730951…2 4",
        db.value(BUCKETS.formatted(a + " - " + first)));
    assertEquals("1…2 15", db.value(BUCKETS.formatted(sum)));
    assertEquals("1…2 7.5", db.value(BUCKETS.formatted("histogram_product(" + sum + ", 0.5)")));
    assertEquals(null, db.value("SELECT (sum(histogram)).count FROM h WHERE node = 'none'"));
  }

  private static Histogram histogram(long time, int schema, int count, long... counts) {
    Histogram.Builder histogram =
        Histogram.newBuilder()
            .setTimestamp(time)
            .setSchema(schema)
            .setCountInt(count)
            .setSum(count)
            .setZeroThreshold(0.001)
            .addPositiveSpans(BucketSpan.newBuilder().setOffset(1).setLength(counts.length));
    long previous = 0;
    for (long each : counts) {
      histogram.addPositiveDeltas(each - previous);
      previous = each;
    }
    return histogram.build();
  }
}
