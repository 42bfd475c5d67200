// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.query.corpus.MemoryReader;
import io.harvester.query.corpus.SamplesOnly;
import io.harvester.query.engine.QueryException.Kind;
import io.harvester.query.parser.PromqlParser;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.PromqlException;
import io.harvester.query.value.Answer;
import io.harvester.query.value.Labels;
import io.harvester.query.value.QueryResult;
import io.harvester.query.value.ResultSeries;
import io.harvester.query.value.VectorSample;
import io.harvester.read.Matcher;
import io.harvester.read.SeriesReader;
import io.harvester.storage.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class QueryEngineTest {
  private static final long STEP = 15_000;
  private static final int POINTS = 240;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final MemoryReader reader = new MemoryReader();

  QueryEngineTest() {
    for (int node = 0; node < 4; node++) {
      for (String mode : new String[] {"idle", "user"}) {
        Labels labels =
            Labels.of("__name__", "cpu_seconds_total", "node", "node-" + node, "mode", mode);
        for (int i = 0; i < POINTS; i++) {
          reader.add(labels, i * STEP, i * (node + 1));
        }
      }
    }
  }

  private static EngineSettings settings(long maxSamples, long maxSeries, long maxPoints) {
    return new EngineSettings(maxSamples, maxSeries, maxPoints, MINUTE);
  }

  private static QueryOptions options(BooleanSupplier cancelled, Duration timeout) {
    return new QueryOptions(QueryOptions.DEFAULT_LOOKBACK, List.of(), cancelled, timeout);
  }

  private Answer range(EngineSettings settings, QueryOptions options, String query)
      throws QueryException, PromqlException {
    Expr expr = PromqlParser.parse(query, true);
    return new QueryEngine(reader, "node", settings)
        .range(expr, 600_000, 3_000_000, 10_000, options);
  }

  private Answer instant(QueryOptions options, String query)
      throws QueryException, PromqlException {
    Expr expr = PromqlParser.parse(query, true);
    return new QueryEngine(reader, "node", settings(1_000_000, 1000, 11_000))
        .instant(expr, 3_000_000, options);
  }

  private static QueryOptions plain() {
    return options(() -> false, MINUTE);
  }

  private void assertEnds(
      Kind kind, String message, EngineSettings settings, QueryOptions options, String query) {
    QueryException error =
        assertThrows(QueryException.class, () -> range(settings, options, query));
    assertEquals(kind, error.kind(), error.getMessage());
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void too_many_samples_end_a_query_with_number_limit_and_setting() {
    assertEnds(
        Kind.TOO_LARGE,
        "samples, the limit is 1500 (HARVESTER_QUERY_MAX_SAMPLES)",
        settings(1500, 1000, 11_000),
        plain(),
        "cpu_seconds_total");
  }

  @Test
  void steps_of_a_subquery_count_as_samples_before_they_are_computed() {
    assertEnds(
        Kind.TOO_LARGE,
        "the limit is 100000 (HARVESTER_QUERY_MAX_SAMPLES)",
        settings(100_000, 1000, 11_000),
        plain(),
        "max_over_time(vector(1)[300d:1s])");
  }

  @Test
  void series_of_count_values_count_before_they_are_made() {
    assertEnds(
        Kind.TOO_LARGE,
        "the limit is 20000 (HARVESTER_QUERY_MAX_SAMPLES)",
        settings(20_000, 1000, 11_000),
        plain(),
        "count_values(\"v\", cpu_seconds_total)");
  }

  @Test
  void a_long_window_does_not_keep_a_query_from_ending() {
    Labels labels = Labels.of("__name__", "long", "node", "node-1");
    for (int i = 0; i < 200_000; i++) {
      reader.add(labels, i * 15L, i);
    }
    AtomicInteger questions = new AtomicInteger();
    assertEnds(
        Kind.CANCELED,
        "query was canceled",
        settings(1_000_000, 1000, 11_000),
        options(() -> questions.incrementAndGet() > 40, MINUTE),
        "quantile_over_time(0.5, long[1h])");
    assertTrue(questions.get() < 100, () -> "asked " + questions.get());
  }

  @Test
  void too_many_series_end_a_query_with_number_limit_and_setting() {
    assertEnds(
        Kind.TOO_LARGE,
        "at least 8, the limit is 7 (HARVESTER_QUERY_MAX_SERIES)",
        settings(1_000_000, 7, 11_000),
        plain(),
        "cpu_seconds_total");
  }

  @Test
  void too_many_steps_are_refused_with_the_message_of_prometheus() {
    assertEnds(
        Kind.BAD_DATA,
        "exceeded maximum resolution of 200 points per timeseries. Try decreasing the query"
            + " resolution (?step=XX)",
        settings(1_000_000, 1000, 200),
        plain(),
        "cpu_seconds_total");
  }

  @Test
  void a_range_query_refuses_range_vectors_and_texts() {
    for (String query : new String[] {"cpu_seconds_total[5m]", "\"text\""}) {
      assertEnds(
          Kind.BAD_DATA,
          "for range query, must be Scalar or instant Vector",
          settings(1_000_000, 1000, 11_000),
          plain(),
          query);
    }
  }

  @Test
  void a_query_ends_when_its_time_is_over() {
    assertEnds(
        Kind.TIMEOUT,
        "query timed out in expression evaluation",
        settings(1_000_000, 1000, 11_000),
        options(() -> false, Duration.ZERO),
        "cpu_seconds_total");
  }

  @Test
  void a_query_that_is_cancelled_while_it_runs_ends() {
    AtomicInteger questions = new AtomicInteger();
    assertEnds(
        Kind.CANCELED,
        "query was canceled in expression evaluation",
        settings(1_000_000, 1000, 11_000),
        options(() -> questions.incrementAndGet() > 8, MINUTE),
        "sum(rate(cpu_seconds_total[5m])) + sum(rate(cpu_seconds_total[6m]))");
  }

  @Test
  void a_restriction_is_part_of_every_selector() throws Exception {
    Matcher own = Matcher.of(Matcher.Type.REGEX, "node", "node-1|node-2");
    QueryOptions options =
        new QueryOptions(QueryOptions.DEFAULT_LOOKBACK, List.of(own), () -> false, MINUTE);
    assertEquals(4.0, single(instant(options, "count(cpu_seconds_total)")));
    assertEquals(
        4.0, single(instant(options, "count({__name__=~\".+\"} or cpu_seconds_total offset 1m)")));
    assertEquals(
        0.0,
        single(
            instant(options, "count(rate(cpu_seconds_total{node=\"node-3\"}[5m])) or vector(0)")));
    assertEquals(2.0, single(instant(options, "count(info(cpu_seconds_total{mode=\"idle\"}))")));
  }

  private static double single(Answer answer) {
    List<VectorSample> samples = ((QueryResult.Vector) answer.result()).samples();
    assertEquals(1, samples.size());
    return samples.get(0).value();
  }

  @Test
  void equal_selectors_are_read_once_and_far_apart_ones_apart() throws Exception {
    List<Long> lengths = new ArrayList<>();
    SeriesReader counting = counting(lengths);
    QueryEngine engine = new QueryEngine(counting, "node", settings(1_000_000, 1000, 11_000));
    engine.instant(
        PromqlParser.parse(
            "sum(rate(cpu_seconds_total[5m])) / count(cpu_seconds_total)"
                + " + max(max_over_time(cpu_seconds_total[10m]))",
            true),
        3_000_000,
        plain());
    assertEquals(List.of(599_999L), lengths);
    lengths.clear();
    engine.instant(
        PromqlParser.parse("cpu_seconds_total - cpu_seconds_total offset 7d", true),
        3_000_000,
        plain());
    assertEquals(List.of(299_999L, 299_999L), lengths);
  }

  private SeriesReader counting(List<Long> lengths) {
    return new SamplesOnly() {
      @Override
      public void read(
          List<Matcher> matchers, long from, long to, Visitor visitor, BooleanSupplier cancelled) {
        lengths.add(to - from);
        reader.read(matchers, from, to, visitor, cancelled);
      }
    };
  }

  @Test
  void a_database_that_cannot_be_read_makes_the_query_unavailable() throws Exception {
    SeriesReader broken =
        new SamplesOnly() {
          @Override
          public void read(
              List<Matcher> matchers, long from, long to, Visitor visitor, BooleanSupplier stop)
              throws StoreException {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "no connection", null);
          }
        };
    QueryEngine engine = new QueryEngine(broken, "node", settings(1000, 1000, 1000));
    Expr expr = PromqlParser.parse("up", true);
    QueryException error =
        assertThrows(QueryException.class, () -> engine.instant(expr, 0, plain()));
    assertEquals(Kind.UNAVAILABLE, error.kind());
    assertTrue(error.getMessage().contains("no connection"), error.getMessage());
  }

  @Test
  void operators_drop_metric_names_at_once_unless_names_are_dropped_at_the_end() throws Exception {
    String query = "sum by (__name__) (rate(cpu_seconds_total[5m]))";
    EngineSettings late = new EngineSettings(1_000_000, Long.MAX_VALUE, 1000, 11_000, MINUTE, true);
    assertEquals(Labels.EMPTY, onlySeries(range(late, plain(), query)).labels());
    assertEquals(
        Labels.EMPTY,
        onlySeries(range(settings(1_000_000, 1000, 11_000), plain(), query)).labels());
    String replaced =
        "label_replace(max(rate(cpu_seconds_total[5m])) by (__name__), \"n\", \"$0\","
            + " \"__name__\", \".+\")";
    assertEquals(
        Labels.of("n", "cpu_seconds_total"), onlySeries(range(late, plain(), replaced)).labels());
  }

  private static ResultSeries onlySeries(Answer answer) {
    List<ResultSeries> series = ((QueryResult.Matrix) answer.result()).series();
    assertEquals(1, series.size());
    return series.get(0);
  }

  @Test
  void end_is_the_end_of_the_query_also_between_steps() throws Exception {
    Expr expr =
        PromqlParser.parse(
            "timestamp(cpu_seconds_total{node=\"node-0\",mode=\"idle\"} @ end())", true);
    Answer answer =
        new QueryEngine(reader, "node", settings(1_000_000, 1000, 11_000))
            .range(expr, 600_000, 675_000, 60_000, plain());
    assertEquals(675.0, onlySeries(answer).values()[0]);
  }

  @Test
  void notes_name_the_place_of_an_argument_without_its_parentheses() throws Exception {
    String query = "sum(histogram_quantile(0.5, ((cpu_seconds_total))))";
    QueryOptions options =
        new QueryOptions(QueryOptions.DEFAULT_LOOKBACK, List.of(), () -> false, MINUTE, query);
    assertEquals(
        List.of(
            "PromQL warning: bucket label \"le\" is missing or has a malformed value of \"\" for"
                + " metric name \"cpu_seconds_total\" (1:31)"),
        instant(options, query).warnings());
  }

  @Test
  void the_answer_counts_the_samples_of_all_windows() throws Exception {
    Answer answer = instant(plain(), "rate(cpu_seconds_total[5m])");
    assertEquals(8 * 20, answer.stats().samples());
    assertEquals(8, answer.stats().series());
    assertTrue(answer.stats().peakSamples() >= 8 * 20);
  }

  @Test
  void large_queries_give_the_same_on_all_processors() throws Exception {
    Expr expr = PromqlParser.parse("sum by (node) (rate(cpu_seconds_total[5m]))", true);
    QueryEngine engine = new QueryEngine(reader, "node", settings(100_000_000, 1000, 2_000_000));
    Answer fine = engine.range(expr, 600_000, 3_000_000, 10, plain());
    Answer coarse = engine.range(expr, 600_000, 3_000_000, 10_000, plain());
    List<ResultSeries> many = ((QueryResult.Matrix) fine.result()).series();
    List<ResultSeries> few = ((QueryResult.Matrix) coarse.result()).series();
    assertEquals(4, many.size());
    for (int i = 0; i < many.size(); i++) {
      for (int step = 0; step < few.get(i).times().length; step++) {
        assertEquals(few.get(i).values()[step], many.get(i).values()[step * 1000]);
      }
    }
  }
}
