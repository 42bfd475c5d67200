// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.harvester.query.corpus.SamplesOnly;
import io.harvester.query.parser.PromqlParser;
import io.harvester.read.Matcher;
import io.harvester.read.SeriesLabels;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class QueryMemoryTest {
  private static final EngineSettings SETTINGS =
      new EngineSettings(1_000, 1_600, 1_000, 1_000, Duration.ofMinutes(1), false);
  private static final QueryOptions OPTIONS =
      new QueryOptions(300_000, List.of(), () -> false, Duration.ofMinutes(1));

  @Test
  void queries_share_the_memory_and_give_it_back() {
    QueryMemory memory = new QueryMemory(1_600);
    Budget first = new Budget(SETTINGS, OPTIONS, memory);
    first.hold(80);
    Budget second = new Budget(SETTINGS, OPTIONS, memory);
    QueryFailure failure = assertThrows(QueryFailure.class, () -> second.hold(21));
    assertEquals(
        "the samples of all queries need 1616 bytes, the limit is 1600"
            + " (HARVESTER_QUERY_MAX_MEMORY)",
        failure.exception().getMessage());
    second.release();
    assertEquals(80, memory.samples());
    first.settle(10);
    assertEquals(10, memory.samples());
    first.release();
    assertEquals(0, memory.samples());
  }

  @Test
  void a_query_that_has_ended_or_failed_holds_nothing() throws Exception {
    QueryEngine engine = new QueryEngine(new OneSeries(), "node", SETTINGS);
    for (int i = 0; i < 10; i++) {
      engine.instant(PromqlParser.parse("count_over_time(small[1h])", false), 60_000, OPTIONS);
      assertThrows(
          QueryException.class,
          () -> engine.instant(PromqlParser.parse("large", false), 60_000, OPTIONS));
    }
  }

  /** 60 samples of small, 101 of large. */
  private static final class OneSeries extends SamplesOnly {
    @Override
    public void read(
        List<Matcher> matchers, long from, long to, Visitor visitor, BooleanSupplier cancelled) {
      int count = matchers.get(0).value().equals("small") ? 60 : 101;
      long[] times = new long[count];
      for (int i = 0; i < count; i++) {
        times[i] = 1_000L + i * 500L;
      }
      visitor.series(
          new SeriesLabels(matchers.get(0).value(), "n", List.of()), times, new long[count], count);
    }
  }
}
