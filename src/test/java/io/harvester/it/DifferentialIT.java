// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Random queries are answered as by Prometheus 3.5: by one that received the same samples, or as it
 * answered when {@link RecordedQueries} was made. {@code -Dharvester.test.expressions} and {@code
 * -Dharvester.test.seed} choose the queries that a running Prometheus is asked.
 */
class DifferentialIT {
  private static final int EXPRESSIONS = Integer.getInteger("harvester.test.expressions", 500);
  private static final long SEED = Long.getLong("harvester.test.seed", 23);

  private static TestAggregator start(TestDatabase db, RandomQueries queries) throws Exception {
    TestAggregator aggregator =
        TestAggregator.start(db, "--retention=0", "--query-experimental=true");
    queries.store(aggregator);
    return aggregator;
  }

  @EachTier
  void a_running_prometheus_answers_alike(TestDatabase db) throws Exception {
    String reason = RealPrometheus.reasonForNone();
    assumeTrue(reason.isEmpty(), reason);
    RandomQueries queries = new RandomQueries(SEED);
    try (RealPrometheus prometheus = RealPrometheus.start();
        TestAggregator a = start(db, queries)) {
      queries.store(prometheus);
      PromApi api = new PromApi(a.port());
      List<String> differences = new ArrayList<>();
      int answered = 0;
      for (int i = 0; i < EXPRESSIONS; i++) {
        String path = queries.next();
        JsonObject expected = RandomQueries.ask(prometheus.api(), path);
        answered += expected.containsKey("data") ? 1 : 0;
        AnswerDifference.between(expected, RandomQueries.ask(api, path))
            .ifPresent(difference -> differences.add(RandomQueries.readable(path, difference)));
      }
      assertEquals(
          "", String.join("\n", differences), answered + " of " + EXPRESSIONS + " had a result");
    }
  }

  @EachTier
  void recorded_answers_of_prometheus_are_repeated(TestDatabase db) throws Exception {
    RecordedQueries recorded = RecordedQueries.read();
    try (TestAggregator a = start(db, new RandomQueries(recorded.seed()))) {
      PromApi api = new PromApi(a.port());
      List<String> differences = new ArrayList<>();
      for (RecordedQueries.Answer answer : recorded.answers()) {
        AnswerDifference.between(answer.json(), RandomQueries.ask(api, answer.path()))
            .ifPresent(
                difference -> differences.add(RandomQueries.readable(answer.path(), difference)));
      }
      assertEquals("", String.join("\n", differences));
    }
  }

  @Test
  void the_recording_belongs_to_these_samples() throws Exception {
    RecordedQueries recorded = RecordedQueries.read();
    assertEquals(new RandomQueries(recorded.seed()).fingerprint(), recorded.fingerprint());
    assertEquals(RecordedQueries.QUERIES, recorded.answers().size());
  }
}
