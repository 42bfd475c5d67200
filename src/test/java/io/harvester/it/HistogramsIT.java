// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.harvester.proto.v2.BucketSpan;
import io.harvester.proto.v2.Histogram;
import io.harvester.proto.v2.Sample;
import io.harvester.testing.Answer;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Histograms, exemplars and starts of series: stored once, counted exactly, refused with reason.
 */
class HistogramsIT {
  private static final String WRITTEN = "X-Prometheus-Remote-Write-%s-Written";

  private final long now = System.currentTimeMillis();

  @EachTier
  void everything_is_stored_once_and_a_repetition_counts_as_written(TestDatabase db)
      throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      ExtraMessage message = new ExtraMessage();
      Map<String, Histogram> cases = HistogramCases.all();
      cases.forEach(
          (name, histogram) -> message.series("h", "case", name).addHistograms(at(histogram)));
      message
          .series("requests_total", "node", "n1")
          .addSamples(Sample.newBuilder().setTimestamp(now).setValue(1))
          .addExemplars(message.exemplar(now, 0.5, "trace_id", "abc", "span_id", "1"))
          .addExemplars(message.exemplar(now, 0.5))
          .addExemplars(message.exemplar(now, -0.0))
          .addExemplars(message.exemplar(now, 0.0));
      for (int i = 0; i < 2; i++) {
        mustHaveWritten(message.sendTo(aggregator).mustBeStored(), 1, cases.size(), 4);
      }
      assertEquals(cases.size(), count(db, "native_histogram"));
      assertEquals(4, count(db, "exemplar"));
      mustBalance(aggregator, "histograms", cases.size(), cases.size(), 0, 0);
      mustBalance(aggregator, "exemplars", 4, 4, 0, 0);
      Eventually.until(
          "views", () -> db.value("SELECT to_regclass('metric_exemplar.requests_total')") != null);
      assertEquals(
          List.of(List.of("n1", 0.5, "abc")),
          db.query(
              "SELECT node, value, trace_id FROM metric_exemplar.requests_total"
                  + " WHERE trace_id IS NOT NULL"));
    }
  }

  /** An index entry has at most 2,704 bytes: what is longer must not fail for ever. */
  @EachTier
  void a_trace_id_of_any_length_is_stored(TestDatabase db) throws Exception {
    String id = "0123456789abcdef".repeat(375);
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      ExtraMessage message = new ExtraMessage();
      message.series("m").addExemplars(message.exemplar(now, 0.5, "trace_id", id));
      message.sendTo(aggregator).mustBeStored();
      Eventually.until("view", () -> db.value("SELECT to_regclass('metric_exemplar.m')") != null);
      assertEquals(
          1L, db.value("SELECT count(*) FROM metric_exemplar.m WHERE trace_id = '" + id + "'"));
    }
  }

  @EachTier
  void what_is_stored_is_what_was_sent(TestDatabase db) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      ExtraMessage message = new ExtraMessage();
      HistogramCases.all()
          .forEach(
              (name, histogram) -> message.series("h", "case", name).addHistograms(at(histogram)));
      message.sendTo(aggregator).mustBeStored();
      for (String name : HistogramCases.all().keySet()) {
        assertEquals(words(HistogramCases.all().get(name)), stored(db, name), name);
      }
    }
  }

  @EachTier
  void the_first_histogram_of_a_timestamp_stays(TestDatabase db) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      Histogram first = at(HistogramCases.all().get("positive"));
      ExtraMessage message = new ExtraMessage();
      message.series("h").addHistograms(first);
      message.sendTo(aggregator).mustBeStored();
      ExtraMessage other = new ExtraMessage();
      other.series("h").addHistograms(first.toBuilder().setSum(58));
      Answer answer = other.sendTo(aggregator).mustBe(400, "1 × another value is stored");
      mustHaveWritten(answer, 0, 0, 0);
      assertEquals(57.25, db.value("SELECT sum FROM harvester.native_histogram"));
      assertEquals(
          List.of(List.of(57.25, 58.0, 1L)),
          db.query(
              "SELECT stored_value, rejected_value, conflicts FROM harvester.sample_conflict"));
      mustBalance(aggregator, "histograms", 1, 0, 1, 0);
    }
  }

  @EachTier
  void an_invalid_part_is_refused_and_the_rest_is_stored(TestDatabase db) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      ExtraMessage message = new ExtraMessage();
      Histogram good = at(HistogramCases.all().get("positive"));
      message.series("good").addHistograms(good);
      message.series("miscounted").addHistograms(good.toBuilder().setCountInt(21));
      message.series("old").addHistograms(good.toBuilder().setTimestamp(1));
      message.series("", "a", "b").addHistograms(good); // no metric name
      message
          .series("up")
          .addSamples(Sample.newBuilder().setTimestamp(now).setValue(1))
          .addExemplars(message.exemplar(now, 1, "a", "1", "a", "2"))
          .addExemplars(message.exemplar(now, 1, "a", "1", "b"))
          .addExemplars(message.exemplar(now, 2, "a", "nul\0"))
          .addExemplars(message.exemplar(now, 3, "a", "1"));
      Answer answer =
          message.sendTo(aggregator).mustBe(400, "invalid native histogram: count differs");
      mustHaveWritten(answer, 1, 1, 1);
      answer.mustBe(400, "exemplar: odd number of label references");
      answer.mustBe(400, "1 × no metric name");
      mustBalance(aggregator, "histograms", 1, 0, 0, 3);
      mustBalance(aggregator, "exemplars", 1, 0, 0, 3);
      Eventually.until(
          "rejections in the database",
          () ->
              (long)
                      db.value(
                          "SELECT count(*) FROM harvester.rejected_sample"
                              + " WHERE metric IN ('miscounted', 'old', 'up', '')")
                  == 6);
    }
  }

  @EachTier
  void a_start_is_stored_when_it_changes(TestDatabase db) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      ExtraMessage message = new ExtraMessage();
      message
          .series("by_sample")
          .addSamples(Sample.newBuilder().setTimestamp(now - 2).setStartTimestamp(now - 90))
          .addSamples(Sample.newBuilder().setTimestamp(now - 1).setStartTimestamp(now - 90))
          .addSamples(Sample.newBuilder().setTimestamp(now).setStartTimestamp(now - 1));
      message
          .series("by_series")
          .setCreatedTimestamp(now - 80)
          .addSamples(Sample.newBuilder().setTimestamp(now));
      message
          .series("by_histogram")
          .addHistograms(
              at(HistogramCases.all().get("positive")).toBuilder().setStartTimestamp(now - 70));
      message
          .series("nonsense")
          .addSamples(Sample.newBuilder().setTimestamp(now).setStartTimestamp(Long.MAX_VALUE));
      message.sendTo(aggregator).mustBeStored();
      message.sendTo(aggregator).mustBeStored();
      assertEquals(
          List.of(
              List.of("by_histogram", -70L, 0L),
              List.of("by_sample", -90L, -2L),
              List.of("by_sample", -1L, 0L),
              List.of("by_series", -80L, 0L)),
          db.query(
              """
              SELECT m.name, (extract(epoch FROM s.start_time) * 1000)::bigint - %1$d,
                     (extract(epoch FROM s.first_sample_time) * 1000)::bigint - %1$d
                FROM harvester.series_start s JOIN harvester.series USING (series_id)
                JOIN harvester.metric m USING (metric_id)
               ORDER BY 1, 2
              """
                  .formatted(now)));
    }
  }

  private Histogram at(Histogram histogram) {
    return histogram.toBuilder().setTimestamp(now).build();
  }

  private static long count(TestDatabase db, String table) throws SQLException {
    return (long) db.value("SELECT count(*) FROM harvester." + table);
  }

  private static void mustHaveWritten(Answer answer, int samples, int histograms, int exemplars) {
    assertEquals(samples + "", answer.header(WRITTEN.formatted("Samples")), answer.body());
    assertEquals(histograms + "", answer.header(WRITTEN.formatted("Histograms")), answer.body());
    assertEquals(exemplars + "", answer.header(WRITTEN.formatted("Exemplars")), answer.body());
  }

  private static void mustBalance(
      TestAggregator aggregator, String kind, int stored, int dup, int conflict, int rejected) {
    String meter = "harvester_" + kind + "_";
    assertEquals(stored, aggregator.sender().metric(meter + "stored_total"));
    assertEquals(dup, aggregator.sender().metric(meter + "duplicate_total"));
    assertEquals(conflict, aggregator.sender().metric(meter + "conflict_total"));
    assertEquals(rejected, aggregator.sender().counterByReason(meter + "rejected_total"));
    assertEquals(
        aggregator.sender().metric(meter + "received_total"),
        stored + dup + conflict + rejected + aggregator.sender().metric(meter + "failed_total"));
  }

  /** Every field; floats as their bits, which survive no other way. */
  private static String words(Histogram h) {
    return String.join(
        " ",
        h.getSchema() + "",
        h.hasCountFloat() ? bits(h.getCountFloat()) : h.getCountInt() + "",
        bits(h.getSum()),
        bits(h.getZeroThreshold()),
        h.hasCountFloat() ? bits(h.getZeroCountFloat()) : h.getZeroCountInt() + "",
        side(h.getPositiveSpansList(), h.getPositiveDeltasList(), h.getPositiveCountsList()),
        side(h.getNegativeSpansList(), h.getNegativeDeltasList(), h.getNegativeCountsList()),
        "v" + all(h.getCustomValuesList()),
        h.getResetHintValue() + "");
  }

  private static String side(List<BucketSpan> spans, List<Long> deltas, List<Double> floats) {
    long[] sum = {0};
    List<String> offsets = spans.stream().map(span -> span.getOffset() + "").toList();
    List<String> lengths = spans.stream().map(span -> span.getLength() + "").toList();
    List<String> counts = deltas.stream().map(delta -> (sum[0] += delta) + "").toList();
    return "o%s l%s c%s f%s"
        .formatted(
            String.join(",", offsets),
            String.join(",", lengths),
            String.join(",", counts),
            all(floats));
  }

  private static String all(List<Double> values) {
    return String.join(",", values.stream().map(HistogramsIT::bits).toList());
  }

  private static String bits(double value) {
    return "%016x".formatted(Double.doubleToRawLongBits(value));
  }

  private static String stored(TestDatabase db, String name) throws SQLException {
    return (String)
        db.value(
            """
            SELECT concat_ws(' ', schema, coalesce(count_int::text, %s), %s, %s,
                             coalesce(zero_count_int::text, %s), %s, %s, 'v' || %s, reset_hint)
              FROM harvester.native_histogram JOIN harvester.series USING (series_id)
             WHERE labels ->> 'case' = '%s'
            """
                .formatted(
                    bitsOf("count_float"),
                    bitsOf("sum"),
                    bitsOf("zero_threshold"),
                    bitsOf("zero_count_float"),
                    sideOf("positive"),
                    sideOf("negative"),
                    allOf("custom_values"),
                    name));
  }

  private static String bitsOf(String column) {
    return "encode(float8send(" + column + "), 'hex')";
  }

  private static String allOf(String column) {
    return "coalesce((SELECT string_agg(%s, ',') FROM unnest(%s) AS v), '')"
        .formatted(bitsOf("v"), column);
  }

  private static String sideOf(String side) {
    return """
    concat('o', array_to_string(%1$s_offsets, ','), ' l', array_to_string(%1$s_lengths, ','),
           ' c', array_to_string(%1$s_counts_int, ','), ' f', %2$s)
    """
        .formatted(side, allOf(side + "_counts_float"));
  }
}
