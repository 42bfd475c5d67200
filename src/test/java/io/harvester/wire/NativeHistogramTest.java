// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.harvester.proto.v2.BucketSpan;
import io.harvester.proto.v2.Histogram;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NativeHistogramTest {
  @Test
  void deltas_become_counts() throws Exception {
    NativeHistogram read = read(good().build());
    assertEquals(6, read.count());
    assertArrayEquals(new long[] {1, 2}, read.positive().counts());
    assertArrayEquals(new long[] {3}, read.negative().counts());
  }

  @Test
  void a_stale_marker_keeps_its_bits() throws Exception {
    long stale = 0x7FF0000000000002L;
    assertEquals(
        stale,
        read(Histogram.newBuilder().setSum(Double.longBitsToDouble(stale)).build()).sumBits());
  }

  @Test
  void observations_of_nan_are_in_no_bucket() throws Exception {
    assertEquals(9, read(good().setCountInt(9).setSum(Double.NaN).build()).count());
  }

  @Test
  void schemas_above_8_are_reduced() throws Exception {
    // The example of Prometheus's TestReduceResolutionHistogram, one schema down.
    Histogram.Builder fine = Histogram.newBuilder().setCountInt(9).setSchema(9);
    fine.addPositiveSpans(span(0, 4)).addPositiveSpans(span(0, 0)).addPositiveSpans(span(3, 2));
    for (long delta : new long[] {1, 2, -2, 1, -1, 0}) {
      fine.addPositiveDeltas(delta);
    }
    NativeHistogram read = read(fine.build());
    assertEquals(8, read.schema());
    assertArrayEquals(new int[] {0, 1}, read.positive().offsets());
    assertArrayEquals(new int[] {3, 1}, read.positive().lengths());
    assertArrayEquals(new long[] {1, 4, 2, 2}, read.positive().counts());
  }

  @Test
  void float_counts_are_reduced() throws Exception {
    Histogram.Builder fine = Histogram.newBuilder().setCountFloat(4).setSchema(52);
    fine.addNegativeSpans(span(-5, 2)).addNegativeCounts(1.5).addNegativeCounts(2.5);
    NativeHistogram read = read(fine.build());
    assertArrayEquals(new long[] {Double.doubleToRawLongBits(4)}, read.negative().counts());
    assertArrayEquals(new int[] {0}, read.negative().offsets());
  }

  @Test
  void the_first_custom_value_may_be_minus_infinity() throws Exception {
    assertEquals(2, read(custom(Double.NEGATIVE_INFINITY, 1).build()).customValues().length);
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        row("unknown schema", good().setSchema(53)),
        row("unknown schema", good().setSchema(-5)),
        row("count differs from the sum of the buckets", good().setCountInt(5)),
        row("count differs from the sum of the buckets", good().setCountInt(5).setSum(Double.NaN)),
        row("number of buckets differs from the spans", good().addPositiveDeltas(0)),
        row("number of buckets differs from the spans", good().addNegativeSpans(span(0, 1))),
        row("negative span offset", good().addPositiveSpans(span(-1, 0))),
        row("negative count", good().setPositiveDeltas(0, -1)),
        row("count over 2^63-1", good().setCountInt(-1)),
        row("bucket index out of range", good().setPositiveSpans(0, span(Integer.MAX_VALUE, 2))),
        row("custom values with exponential buckets", good().addCustomValues(1)),
        row("negative count", Histogram.newBuilder().setCountFloat(-1)),
        row("integer and float counts mixed", good().addPositiveCounts(1)),
        row("integer and float counts mixed", good().setZeroCountFloat(1)),
        row("integer and float counts mixed", good().setCountFloat(6)),
        row("number of buckets differs from the spans", good().setSchema(52).addPositiveDeltas(0)),
        row("negative count", Histogram.newBuilder().setCountFloat(1).setZeroCountFloat(-1)),
        row("custom values do not ascend", custom(2, 2)),
        row("custom values do not ascend", custom(Double.NaN)),
        row("infinite custom value", custom(1, Double.POSITIVE_INFINITY)),
        row("too few custom values", custom().addPositiveSpans(span(0, 2))),
        row("zero bucket with custom buckets", custom(1).setZeroCountInt(1)),
        row("negative buckets with custom buckets", custom(1).addNegativeSpans(span(0, 0))));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void a_violated_rule_is_named(String rule, Histogram histogram) {
    InvalidHistogramException refused =
        assertThrows(InvalidHistogramException.class, () -> read(histogram));
    assertEquals("invalid native histogram: " + rule, refused.reason());
    assertEquals(histogram.getTimestamp(), refused.time());
  }

  private static Arguments row(String rule, Histogram.Builder histogram) {
    return Arguments.of(rule, histogram.setTimestamp(42).build());
  }

  private static Histogram.Builder good() {
    return Histogram.newBuilder()
        .setCountInt(6)
        .setSum(1.5)
        .addPositiveSpans(span(0, 2))
        .addPositiveDeltas(1)
        .addPositiveDeltas(1)
        .addNegativeSpans(span(-2, 1))
        .addNegativeDeltas(3);
  }

  private static Histogram.Builder custom(double... values) {
    Histogram.Builder histogram = Histogram.newBuilder().setSchema(NativeHistogram.CUSTOM);
    for (double value : values) {
      histogram.addCustomValues(value);
    }
    return histogram;
  }

  private static BucketSpan span(int offset, int length) {
    return BucketSpan.newBuilder().setOffset(offset).setLength(length).build();
  }

  private static NativeHistogram read(Histogram histogram) throws Exception {
    DecodedRequest request = new DecodedRequest();
    request.version = MessageVersion.V2;
    request.body = histogram.toByteArray();
    request.addHistogram(0, 0, request.body.length);
    return NativeHistogram.read(request, 0);
  }
}
