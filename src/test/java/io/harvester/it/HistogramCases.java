// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.harvester.proto.v2.BucketSpan;
import io.harvester.proto.v2.Histogram;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Native histograms of every kind, by name; without timestamps. */
final class HistogramCases {
  /** Prometheus marks the end of a series with this NaN. */
  static final double STALE = Double.longBitsToDouble(0x7FF0000000000002L);

  private HistogramCases() {}

  static Map<String, Histogram> all() {
    Map<String, Histogram> cases = new LinkedHashMap<>();
    exponential(cases);
    borders(cases);
    floats(cases);
    custom(cases);
    return Collections.unmodifiableMap(cases);
  }

  private static void exponential(Map<String, Histogram> cases) {
    cases.put("empty", integer(0, 0, 0).build());
    cases.put(
        "positive",
        positive(integer(0, 22, 57.25), span(-2, 3), span(1, 3), 1, 2, -1, 3, 0, 1).build());
    cases.put(
        "positive_fine_with_zero",
        positive(integer(3, 17, 19.5), span(0, 2), span(5, 2), 4, -2, 1, 1)
            .setZeroThreshold(1e-3)
            .setZeroCountInt(4)
            .build());
    cases.put("negative", negative(integer(1, 12, -40), span(0, 4), 2, 1, 1, -1).build());
    cases.put(
        "both_sides",
        negative(positive(integer(0, 15, 1.5), span(0, 2), 3, 1), span(-1, 3), 2, -1, 1)
            .setZeroThreshold(0.001)
            .setZeroCountInt(3)
            .build());
    cases.put("zero_only", integer(0, 5, 0).setZeroThreshold(0.25).setZeroCountInt(5).build());
    cases.put(
        "wide_zero_bucket",
        positive(integer(2, 9, 12), span(-8, 4), 1, 1, 1, -1)
            .setZeroThreshold(0.22)
            .setZeroCountInt(1)
            .build());
    cases.put(
        "gauge",
        positive(integer(-1, 6, 33), span(0, 3), 1, 1, 1)
            .setResetHint(Histogram.ResetHint.RESET_HINT_GAUGE)
            .build());
  }

  private static void borders(Map<String, Histogram> cases) {
    cases.put(
        "coarsest", positive(integer(-4, 7, 1e40), span(-60, 2), span(60, 2), 1, 1, 0, 0).build());
    cases.put(
        "finest", positive(integer(8, 9, 9.5), span(0, 3), span(250, 2), 2, -1, 1, 0, 0).build());
    cases.put(
        "largest_numbers",
        positive(integer(0, 6, Double.POSITIVE_INFINITY), span(1023, 3), 2, 0, 0).build());
    cases.put("smallest_numbers", positive(integer(0, 4, 1e-320), span(-1073, 2), 2, 0).build());
    cases.put(
        "observations_of_nan", positive(integer(0, 10, Double.NaN), span(0, 3), 2, 1, -1).build());
    cases.put("only_nan", integer(0, 3, Double.NaN).build());
    cases.put(
        "stale", Histogram.newBuilder().setCountInt(0).setZeroCountInt(0).setSum(STALE).build());
  }

  private static void floats(Map<String, Histogram> cases) {
    cases.put(
        "float",
        Histogram.newBuilder()
            .setSchema(1)
            .setCountFloat(17.25)
            .setZeroCountFloat(0.5)
            .setZeroThreshold(1e-9)
            .setSum(-0.0)
            .addPositiveSpans(span(1, 2))
            .addPositiveCounts(3.5)
            .addPositiveCounts(2.25)
            .addNegativeSpans(span(-3, 2))
            .addNegativeCounts(10)
            .addNegativeCounts(1)
            .build());
    cases.put(
        "float_with_empty_buckets",
        Histogram.newBuilder()
            .setSchema(0)
            .setCountFloat(0.3)
            .setZeroCountFloat(0)
            .setSum(0.9)
            .addPositiveSpans(span(0, 4))
            .addPositiveCounts(0)
            .addPositiveCounts(0.1)
            .addPositiveCounts(0.2)
            .addPositiveCounts(0)
            .build());
  }

  private static void custom(Map<String, Histogram> cases) {
    cases.put(
        "custom",
        positive(integer(-53, 20, 60), span(0, 3), span(1, 2), 2, 3, 0, -2, 2)
            .addCustomValues(0.1)
            .addCustomValues(0.5)
            .addCustomValues(1)
            .addCustomValues(2.5)
            .addCustomValues(10)
            .build());
    cases.put(
        "custom_overflow",
        positive(integer(-53, 9, 60), span(1, 2), 4, 1)
            .addCustomValues(-2)
            .addCustomValues(4)
            .build());
    cases.put(
        "custom_negative",
        positive(integer(-53, 7, -9), span(0, 3), 3, -1, 0)
            .addCustomValues(-5)
            .addCustomValues(-1)
            .addCustomValues(0)
            .build());
  }

  private static Histogram.Builder integer(int schema, long count, double sum) {
    return Histogram.newBuilder()
        .setSchema(schema)
        .setCountInt(count)
        .setZeroCountInt(0)
        .setSum(sum);
  }

  private static Histogram.Builder positive(Histogram.Builder to, BucketSpan span, long... deltas) {
    to.addPositiveSpans(span);
    for (long delta : deltas) {
      to.addPositiveDeltas(delta);
    }
    return to;
  }

  private static Histogram.Builder positive(
      Histogram.Builder to, BucketSpan first, BucketSpan second, long... deltas) {
    return positive(to.addPositiveSpans(first), second, deltas);
  }

  private static Histogram.Builder negative(Histogram.Builder to, BucketSpan span, long... deltas) {
    to.addNegativeSpans(span);
    for (long delta : deltas) {
      to.addNegativeDeltas(delta);
    }
    return to;
  }

  private static BucketSpan span(int offset, int length) {
    return BucketSpan.newBuilder().setOffset(offset).setLength(length).build();
  }
}
