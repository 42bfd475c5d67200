// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.it.RuleSeries.series;
import static io.harvester.it.WriteRule.rule;
import static io.harvester.it.WriteRule.series;
import static io.harvester.testing.Message.Version.V2;

import io.harvester.proto.v2.BucketSpan;
import io.harvester.proto.v2.Histogram;
import io.harvester.proto.v2.Histogram.ResetHint;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** The rules of remote write for native histograms, as {@link WriteRules}. */
final class HistogramWriteRules {
  private static final double STALE = Double.longBitsToDouble(0x7FF0000000000002L);
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private HistogramWriteRules() {}

  static List<WriteRule> valid() {
    return List.of(
        stored("integer buckets", counted(), "schema 0 count 3 buckets {}{1,2}"),
        stored("the coarsest schema", counted().setSchema(-4), "schema -4 count 3 buckets {}{1,2}"),
        stored("the finest schema", counted().setSchema(8), "schema 8 count 3 buckets {}{1,2}"),
        stored(
            "schema 9 is reduced to 8",
            histogram(6, spans(1, 4), 1, 1, -1, 1).setSchema(9),
            "schema 8 count 6 buckets {}{3,3}"),
        stored(
            "schema 52 is reduced to 8",
            histogram(3, spans(1, 2), 1, 1).setSchema(52),
            "schema 8 count 3 buckets {}{3}"),
        stored("no buckets", histogram(0, spans()), "schema 0 count 0 buckets {}{}"),
        stored(
            "a zero bucket and negative buckets",
            histogram(5, spans(0, 1), 1)
                .setZeroThreshold(0.1)
                .setZeroCountInt(2)
                .addAllNegativeSpans(spans(3, 1))
                .addNegativeDeltas(2),
            "schema 0 count 5 buckets {2}{1}"),
        stored(
            "floating-point counts",
            Histogram.newBuilder()
                .setCountFloat(1.5)
                .addAllPositiveSpans(spans(0, 1))
                .addPositiveCounts(1.5),
            "schema 0 count 1.5f buckets {}{1.5}"),
        stored(
            "a gauge",
            counted().setResetHint(ResetHint.RESET_HINT_GAUGE),
            "schema 0 count 3 buckets {}{1,2}"),
        stored(
            "the stale marker",
            histogram(0, spans()).setSum(STALE),
            "schema 0 count 0 buckets {}{}"),
        stored(
            "NaN is counted in no bucket",
            counted().setCountInt(4).setSum(Double.NaN),
            "schema 0 count 4 buckets {}{1,2}"),
        stored("custom buckets", custom(1, 2), "schema -53 count 3 buckets {}{1,2}"),
        stored(
            "the lowest custom bound may be -Inf",
            custom(-INFINITY, 2),
            "schema -53 count 3 buckets {}{1,2}"));
  }

  static List<WriteRule> invalid() {
    return List.of(
        refused("schema -5", counted().setSchema(-5), "unknown schema"),
        refused("schema 53", counted().setSchema(53), "unknown schema"),
        refused(
            "more spans than buckets",
            histogram(3, spans(0, 3), 1, 1),
            "number of buckets differs from the spans"),
        refused(
            "fewer spans than buckets",
            histogram(3, spans(0, 1), 1, 1),
            "number of buckets differs from the spans"),
        refused(
            "spans that overlap", histogram(3, spans(0, 1, -1, 1), 1, 1), "negative span offset"),
        refused("a negative bucket", histogram(0, spans(0, 2), 1, -2), "negative count"),
        refused(
            "a count too high",
            counted().setCountInt(4),
            "count differs from the sum of the buckets"),
        refused(
            "a count too low",
            counted().setCountInt(2),
            "count differs from the sum of the buckets"),
        refused(
            "a count too low with a sum of NaN",
            counted().setCountInt(2).setSum(Double.NaN),
            "count differs from the sum of the buckets"),
        refused("a count over bigint", counted().setCountInt(-1), "count over 2^63-1"),
        refused("a bucket beyond float64", histogram(1, spans(1 << 30, 1), 1), "bucket index"),
        refused("both kinds of counts", counted().addPositiveCounts(1), "integer and float"),
        refused("bounds of custom buckets not rising", custom(2, 2), "custom values do not ascend"),
        refused("a bound of NaN", custom(Double.NaN, 2), "custom values do not ascend"),
        refused("a bound of +Inf", custom(1, INFINITY), "infinite custom value"),
        refused("too few bounds", custom(), "too few custom values"),
        refused(
            "custom and zero bucket",
            custom(1, 2).setZeroCountInt(1).setCountInt(4),
            "zero bucket with custom buckets"),
        refused(
            "custom and negative buckets",
            custom(1, 2).addAllNegativeSpans(spans(0, 1)).addNegativeDeltas(0),
            "negative buckets with custom buckets"),
        refused("exponential with bounds", counted().addCustomValues(1), "custom values with"),
        rule(
            "a histogram of time 0",
            series(series("h").histogramAt(0, counted().build()), series("good").at(0, 1)),
            400,
            "1 0 0",
            "1 × timestamp too old",
            "good{} 0 1"),
        rule(
            "another histogram at a time",
            series(
                series("h")
                    .histogram(0, counted().setSum(1).build())
                    .histogram(0, counted().setSum(2).build())),
            400,
            "0 1 0",
            "1 × another value is stored for this timestamp",
            "conflict h{} 0 1 2",
            "histogram h{} 0 schema 0 count 3 buckets {}{1,2}"),
        rule(
                "samples and histograms in one series",
                series(
                    series("h").at(0, 1).histogram(0, counted().build()), series("good").at(0, 1)),
                400,
                "1 0 0",
                "samples and histograms mixed in one series",
                "good{} 0 1")
            .only(V2));
  }

  private static WriteRule stored(String name, Histogram.Builder histogram, String row) {
    return rule(
        name,
        series(series("h").histogram(0, histogram.build())),
        204,
        "0 1 0",
        "",
        "histogram h{} 0 " + row);
  }

  private static WriteRule refused(String name, Histogram.Builder histogram, String rule) {
    return rule(
        name,
        series(series("h").histogram(0, histogram.build()), series("good").at(0, 1)),
        400,
        "1 0 0",
        "1 × invalid native histogram: " + rule,
        "good{} 0 1");
  }

  /** Buckets 0 and 1 with 1 and 2 observations. */
  private static Histogram.Builder counted() {
    return histogram(3, spans(0, 2), 1, 1);
  }

  private static Histogram.Builder custom(double... bounds) {
    return counted().setSchema(-53).addAllCustomValues(DoubleStream.of(bounds).boxed().toList());
  }

  private static Histogram.Builder histogram(long count, List<BucketSpan> spans, long... deltas) {
    return Histogram.newBuilder()
        .setCountInt(count)
        .addAllPositiveSpans(spans)
        .addAllPositiveDeltas(LongStream.of(deltas).boxed().toList());
  }

  /** Offset, length, offset, length and so on. */
  private static List<BucketSpan> spans(int... numbers) {
    BucketSpan[] spans = new BucketSpan[numbers.length / 2];
    for (int i = 0; i < spans.length; i++) {
      spans[i] =
          BucketSpan.newBuilder().setOffset(numbers[2 * i]).setLength(numbers[2 * i + 1]).build();
    }
    return List.of(spans);
  }
}
