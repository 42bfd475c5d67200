// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Message;
import io.harvester.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The functions of schema {@code prom} against Prometheus on the same samples: what it answered
 * when {@link PromRecording} asked it, and, where a Prometheus is installed, what it answers to
 * random calls.
 */
class PromFunctionsIT {
  private static final int CALLS = 200;

  /** Of each of the 19 functions: 171 in all. */
  private static final int PROMQL_CALLS = 9;

  private static final long SEED = Long.getLong("harvester.test.seed", 23);

  /** Days of samples in the past are kept, however long ago the answers were recorded. */
  private static final String KEEP = "--retention=0";

  @EachTier
  void agree_with_recorded_answers(TestDatabase db) throws Exception {
    PromRecording recording = PromRecording.read();
    List<Message.Series> samples = PromSamples.all(recording.seed());
    assertEquals(recording.fingerprint(), PromSamples.fingerprint(samples));
    try (TestAggregator aggregator = TestAggregator.start(db, KEEP)) {
      PromLoad.store(aggregator, samples, PromHistograms.natives(recording.seed()));
    }
    List<String> wrong = new ArrayList<>();
    recording
        .answers()
        .forEach((call, expected) -> compare(db, call, expected.call(), expected.values(), wrong));
    assertTrue(recording.answers().size() >= 10 * PromCall.FUNCTIONS.size());
    assertTrue(wrong.isEmpty(), () -> wrong.size() + ":\n" + String.join("\n", wrong));
  }

  /** The catalog knows of a metric's histograms only when their view is due: a moment later. */
  @EachTier
  void histograms_are_found_before_the_catalog_knows_of_them(TestDatabase db) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db, KEEP)) {
      PromLoad.store(aggregator, List.of(), PromHistograms.natives(SEED));
    }
    String quantiles =
        "SELECT count(*) FROM prom.histogram_quantile(0.5, 'delay_seconds', start => '2026-01-10',"
            + " stop => '2026-01-10 02:00+00', step => '1 minute')";
    Object known = db.value(quantiles);
    assertTrue((Long) known > 100, "only " + known);
    db.execute("UPDATE harvester.metric SET histogram_view_label_count = NULL");
    assertEquals(known, db.value(quantiles));
    assertEquals(
        0L,
        db.value(
            "SELECT count(*) FROM prom.histogram_quantile(0.5, 'delay_seconds',"
                + " start => '2025-01-10', stop => '2025-01-10', step => '1 minute')"));
  }

  @EachTier
  void agree_with_prometheus_in_random_calls(TestDatabase db) throws Exception {
    String none = RealPrometheus.reasonForNone();
    assumeTrue(none.isEmpty(), none);
    long seed = SEED;
    List<Message.Series> samples = PromSamples.all(seed);
    List<PromHistograms.Observed> histograms = PromHistograms.natives(seed);
    try (RealPrometheus prometheus = RealPrometheus.start()) {
      try (TestAggregator aggregator = TestAggregator.start(db, KEEP)) {
        PromLoad.store(aggregator, samples, histograms);
      }
      PromLoad.store(prometheus, samples, histograms);
      compareRandomCalls(db, prometheus.api(), seed, CALLS);
    }
  }

  @EachTier
  void agree_with_promql_of_the_aggregator_in_random_calls(TestDatabase db) throws Exception {
    long seed = SEED;
    try (TestAggregator aggregator = TestAggregator.start(db, KEEP)) {
      PromLoad.store(aggregator, PromSamples.all(seed), PromHistograms.natives(seed));
      compareRandomCalls(db, new PromApi(aggregator.port()), seed, PROMQL_CALLS);
    }
  }

  /** Compares random calls, the given number of each function. */
  private static void compareRandomCalls(TestDatabase db, PromApi other, long seed, int calls)
      throws Exception {
    List<String> wrong = new ArrayList<>();
    Random random = new Random(seed);
    int points = 0;
    for (String function : PromCall.FUNCTIONS) {
      for (int i = 0; i < calls; i++) {
        PromCall call = PromCall.random(function, random, 20);
        Map<String, Double> expected = other.answer(call);
        points += expected.size();
        compare(db, call.sql(), call, expected, wrong);
      }
    }
    assertTrue(points > 100 * calls, "only " + points + " points were compared");
    assertTrue(
        wrong.isEmpty(), () -> "seed " + seed + ", " + wrong.size() + ":\n" + first(wrong, 60));
  }

  private static void compare(
      TestDatabase db,
      String sql,
      PromCall call,
      Map<String, Double> expected,
      List<String> wrong) {
    assertEquals(sql, call.sql());
    try {
      List<String> differences = PromAnswers.differences(expected, PromAnswers.of(db, call));
      if (!differences.isEmpty()) {
        wrong.add(
            sql
                + "\n  "
                + call.promQl()
                + ": "
                + differences.size()
                + ": "
                + first(differences, 3));
      }
    } catch (Exception e) {
      wrong.add(sql + "\n  " + call.promQl() + ": " + e.getMessage());
    }
  }

  private static String first(List<String> all, int count) {
    return String.join("\n    ", all.subList(0, Math.min(count, all.size())));
  }
}
