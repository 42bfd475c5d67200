// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.wire.NativeHistogram;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatHistogramTest {
  private static final String CUSTOM = "{{schema:-53 count:3 sum:9 custom_values:[1 5] ";

  private static FloatHistogram parse(String literal) {
    return HistogramLiteral.parse(literal);
  }

  private static NativeHistogram stored(boolean isFloat, long count, NativeHistogram.Side side) {
    NativeHistogram.Side none = new NativeHistogram.Side(new int[0], new int[0], new long[0]);
    long sum = Double.doubleToRawLongBits(2.5);
    return new NativeHistogram(
        7, 0, isFloat, 1, 2, count, sum, 0.25, count, side, none, new double[0]);
  }

  @Test
  void integer_and_float_histograms_are_read_without_empty_spans() {
    int[] offsets = {-3, 2, 1};
    int[] lengths = {1, 0, 1};
    long[] integers = {3, 4};
    long[] floats = {Double.doubleToRawLongBits(3), Double.doubleToRawLongBits(4)};
    FloatHistogram integer =
        FloatHistogram.of(stored(false, 7, new NativeHistogram.Side(offsets, lengths, integers)));
    FloatHistogram fraction =
        FloatHistogram.of(
            stored(
                true,
                Double.doubleToRawLongBits(7),
                new NativeHistogram.Side(offsets, lengths, floats)));
    assertEquals(integer, fraction);
    assertEquals(CounterReset.NO_RESET, integer.hint());
    assertEquals(7, integer.count());
    assertEquals(7, integer.zeroCount());
    assertEquals(0.25, integer.zeroThreshold());
    assertEquals(2.5, integer.sum());
    assertArrayEquals(new int[] {-3, 3}, integer.positive().offsets());
    assertArrayEquals(new int[] {1, 1}, integer.positive().lengths());
    assertArrayEquals(new double[] {3, 4}, integer.positive().counts());
    assertFalse(integer.isStale());
  }

  @Test
  void the_stale_marker_is_recognized() {
    double stale = Double.longBitsToDouble(0x7ff0000000000002L);
    assertTrue(FloatHistogram.ofTotals(CounterReset.UNKNOWN, 0, stale).isStale());
    assertFalse(FloatHistogram.ofTotals(CounterReset.UNKNOWN, 0, Double.NaN).isStale());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # equal layouts
          {{count:3 sum:2 buckets:[1 2]}} | {{count:4 sum:-1 buckets:[3 1]}} | {{count:7 sum:1 buckets:[4 3]}}
          # overlap, before, behind, in the gap
          {{count:3 offset:2 buckets:[1 2]}} | {{count:4 offset:1 buckets:[3 1]}} | {{count:7 offset:1 buckets:[3 2 2]}}
          {{buckets:[1]}} | {{offset:-3 buckets:[2]}} | {{offset:-3 buckets:[2 0 0 1]}}
          {{buckets:[1]}} | {{offset:3 buckets:[2]}} | {{buckets:[1 0 0 2]}}
          {{buckets:[1 0 0 0 1]}} | {{offset:2 buckets:[2]}} | {{buckets:[1 0 2 0 1]}}
          {{n_offset:1 n_buckets:[1]}} | {{n_buckets:[2 5]}} | {{n_buckets:[2 6]}}
          # nothing to add
          {{}} | {{count:1 sum:5 buckets:[1]}} | {{count:1 sum:5 buckets:[1]}}
          {{count:1 sum:5 buckets:[1]}} | {{}} | {{count:1 sum:5 buckets:[1]}}
          # the coarser schema
          {{schema:1 buckets:[1 2 3 4]}} | {{buckets:[10 20]}} | {{buckets:[11 25 4]}}
          {{buckets:[10 20]}} | {{schema:1 offset:-2 buckets:[1 2 3 4]}} | {{offset:-1 buckets:[1 15 24]}}
          {{schema:8 offset:1 buckets:[1]}} | {{schema:-4 offset:1 buckets:[1]}} | {{schema:-4 offset:1 buckets:[2]}}
          # the wider zero bucket takes buckets
          {{z_bucket:1 z_bucket_w:1 offset:1 buckets:[5]}} | {{z_bucket:2 z_bucket_w:0.5 buckets:[3 4] n_buckets:[7]}} | {{z_bucket:13 z_bucket_w:1 offset:1 buckets:[9]}}
          {{z_bucket:2 z_bucket_w:0.5 buckets:[3 4] n_buckets:[7]}} | {{z_bucket:1 z_bucket_w:1 offset:1 buckets:[5]}} | {{z_bucket:13 z_bucket_w:1 offset:1 buckets:[9]}}
          # the wider zero bucket ends in a bucket, which it takes as a whole
          {{z_bucket:1 z_bucket_w:0.7}} | {{buckets:[3 4]}} | {{z_bucket:4 z_bucket_w:1 offset:1 buckets:[4]}}
          {{z_bucket:1 z_bucket_w:0.7}} | {{n_buckets:[3 4]}} | {{z_bucket:4 z_bucket_w:1 n_offset:1 n_buckets:[4]}}
          # unless that one is empty
          {{z_bucket:1 z_bucket_w:0.7}} | {{offset:-1 buckets:[3 0 4]}} | {{z_bucket:4 z_bucket_w:0.7 offset:1 buckets:[4]}}
          # a negative bucket widens it into a positive one, and that widens the other histogram's
          {{z_bucket:1 z_bucket_w:0.7 schema:-1 buckets:[3 2]}} | {{schema:-1 n_buckets:[0 4] z_bucket_w:1.5}} | {{schema:-1 z_bucket:10 z_bucket_w:4}}
          """)
  void histograms_are_added(String a, String b, String sum) throws Exception {
    assertEquals(parse(sum).compact(), parse(a).add(parse(b)).compact());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {{count:9 sum:2 buckets:[5 2]}} | {{count:4 sum:-1 buckets:[3 1]}} | {{count:5 sum:3 buckets:[2 1]}}
          {{count:1 buckets:[1]}} | {{count:2 offset:1 buckets:[2]}} | {{count:-1 buckets:[1 -2]}}
          {{z_bucket:5 z_bucket_w:1}} | {{z_bucket:1 buckets:[2 3]}} | {{z_bucket:2 z_bucket_w:1 offset:1 buckets:[-3]}}
          {{schema:2 buckets:[9 9]}} | {{schema:1 buckets:[4 5]}} | {{schema:1 buckets:[5 4]}}
          {{buckets:[1] n_buckets:[2]}} | {{buckets:[1] n_buckets:[2]}} | {{}}
          """)
  void histograms_are_subtracted(String a, String b, String difference) throws Exception {
    assertEquals(parse(difference).compact(), parse(a).sub(parse(b)).compact());
  }

  @Test
  void custom_buckets_are_added_and_subtracted() throws Exception {
    FloatHistogram a = parse(CUSTOM + "buckets:[1 0 2]}}");
    FloatHistogram b = parse(CUSTOM + "offset:1 buckets:[3]}}");
    assertEquals(
        parse("{{schema:-53 count:6 sum:18 custom_values:[1 5] buckets:[1 3 2]}}"), a.add(b));
    assertEquals(parse("{{schema:-53 custom_values:[1 5] buckets:[1 -3 2]}}"), a.sub(b));
    assertEquals(parse("{{schema:-53 custom_values:[1 5]}}"), a.sub(a).compact());
  }

  @Test
  void different_kinds_of_buckets_are_incompatible() {
    FloatHistogram custom = parse(CUSTOM + "buckets:[1]}}");
    FloatHistogram exponential = parse("{{buckets:[1]}}");
    var mixed = assertThrows(IncompatibleSchemasException.class, () -> exponential.add(custom));
    assertEquals(
        "cannot apply this operation on histograms with a mix of exponential and custom bucket"
            + " schemas",
        mixed.getMessage());
    assertFalse(mixed.customBounds());
    FloatHistogram other = parse("{{schema:-53 custom_values:[1 6] buckets:[1]}}");
    var bounds = assertThrows(IncompatibleSchemasException.class, () -> custom.sub(other));
    assertEquals(
        "cannot apply this operation on custom buckets histograms with different custom bounds",
        bounds.getMessage());
    assertTrue(bounds.customBounds());
  }

  @Test
  void a_sum_keeps_the_spans_of_the_first_histogram_apart_when_their_gap_is_filled()
      throws Exception {
    FloatHistogram apart = parse("{{buckets:[1 0 0 1]}}").compact();
    FloatHistogram filled = apart.add(parse("{{offset:1 buckets:[2 3]}}"));
    assertArrayEquals(new int[] {0, 0}, filled.positive().offsets());
    assertArrayEquals(new int[] {3, 1}, filled.positive().lengths());
    FloatHistogram together = parse("{{buckets:[1 2 3 1]}}");
    assertNotEquals(together, filled);
    assertEquals(together, filled.compact());
  }

  @ParameterizedTest
  @CsvSource({
    "UNKNOWN, UNKNOWN, UNKNOWN, false",
    "RESET, RESET, RESET, false",
    "RESET, NO_RESET, UNKNOWN, true",
    "NO_RESET, RESET, UNKNOWN, true",
    "UNKNOWN, RESET, UNKNOWN, false",
    "NO_RESET, UNKNOWN, UNKNOWN, false",
    "GAUGE, RESET, GAUGE, false",
    "UNKNOWN, GAUGE, GAUGE, false",
  })
  void the_hints_of_a_sum(CounterReset a, CounterReset b, CounterReset sum, boolean collide)
      throws Exception {
    FloatHistogram left = parse("{{}}").withHint(a);
    FloatHistogram right = parse("{{}}").withHint(b);
    assertEquals(sum, left.add(right).hint());
    assertEquals(a, left.sub(right).hint());
    assertEquals(collide, a.collidesWith(b));
  }

  @Test
  void factors_and_divisors_apply_to_every_number() {
    FloatHistogram one =
        parse("{{count:4 sum:8 z_bucket:1 z_bucket_w:0.5 buckets:[1 2] n_buckets:[3]}}");
    FloatHistogram twice =
        parse("{{count:8 sum:16 z_bucket:2 z_bucket_w:0.5 buckets:[2 4] n_buckets:[6]}}");
    assertEquals(twice, one.mul(2));
    assertEquals(one, twice.div(2));
    assertEquals(
        parse("{{count:-4 sum:-8 z_bucket:-1 z_bucket_w:0.5 buckets:[-1 -2] n_buckets:[-3]}}"),
        one.negate());
    assertEquals(parse("{{count:Inf sum:Inf z_bucket:Inf z_bucket_w:0.5}}"), one.div(0));
  }

  @Test
  void empty_buckets_are_removed_and_their_neighbours_joined() {
    FloatHistogram compact = parse("{{offset:-1 buckets:[0 1 0 0 2 3 0]}}").compact();
    assertArrayEquals(new int[] {0, 2}, compact.positive().offsets());
    assertArrayEquals(new int[] {1, 2}, compact.positive().lengths());
    assertArrayEquals(new double[] {1, 2, 3}, compact.positive().counts());
    assertEquals(parse("{{}}"), parse("{{buckets:[0 0] n_buckets:[0]}}").compact());
    assertEquals(parse("{{buckets:[NaN]}}").compact().positive().size(), 1);
  }

  @Test
  void a_schema_can_be_reduced() {
    FloatHistogram fine = parse("{{schema:2 offset:-5 buckets:[1 2 3 4 5 6 7] n_buckets:[8 9]}}");
    assertEquals(parse("{{offset:-1 buckets:[3 18 7] n_buckets:[8 9]}}"), fine.reducedTo(0));
    FloatHistogram hinted = fine.withHint(CounterReset.GAUGE);
    assertEquals(CounterReset.UNKNOWN, hinted.reducedTo(-4).hint());
    assertEquals(hinted, hinted.reducedTo(2));
    assertThrows(IllegalArgumentException.class, () -> fine.reducedTo(3));
    FloatHistogram custom = parse(CUSTOM + "}}");
    assertThrows(IllegalArgumentException.class, () -> fine.reducedTo(custom.schema()));
    assertThrows(IllegalArgumentException.class, () -> custom.reducedTo(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {{count:1 buckets:[1]}} | {{count:2 buckets:[1]}}
          {{sum:1}} | {{sum:2}}
          {{z_bucket:1}} | {{z_bucket:2}}
          {{z_bucket_w:1}} | {{z_bucket_w:2}}
          {{schema:1}} | {{schema:2}}
          {{buckets:[1]}} | {{buckets:[2]}}
          {{buckets:[1]}} | {{offset:1 buckets:[1]}}
          {{buckets:[1]}} | {{buckets:[1 0]}}
          {{buckets:[1]}} | {{n_buckets:[1]}}
          {{schema:-53 custom_values:[1]}} | {{schema:-53 custom_values:[2]}}
          """)
  void histograms_differ_by_each_field(String a, String b) {
    assertNotEquals(parse(a), parse(b));
    assertEquals(parse(a), parse(a));
    assertEquals(parse(a).hashCode(), parse(a).hashCode());
  }

  @Test
  void the_hint_does_not_matter_for_equality_and_nan_equals_itself() {
    FloatHistogram nan = parse("{{count:1 sum:NaN buckets:[1]}}");
    assertEquals(nan, nan.withHint(CounterReset.GAUGE));
    assertEquals(nan, parse("{{count:1 sum:NaN buckets:[1]}}"));
  }

  @Test
  void the_http_api_gets_the_buckets_with_their_boundary_rules() {
    FloatHistogram both =
        parse("{{z_bucket:3 z_bucket_w:0.75 buckets:[1 0 2] n_offset:1 n_buckets:[4]}}");
    List<Bucket> buckets = both.buckets();
    assertEquals(
        List.of(
            new Bucket(-2, -1, true, false, 4),
            new Bucket(-0.75, 0.75, true, true, 3),
            new Bucket(0.75, 1, false, true, 1), // starts at 0.5, within the zero bucket
            new Bucket(2, 4, false, true, 2)),
        buckets);
    assertEquals(List.of(1, 3, 0, 0), buckets.stream().map(Bucket::boundaryRule).toList());
    List<Bucket> custom = parse(CUSTOM + "buckets:[1 1 1]}}").buckets();
    assertEquals(
        List.of(
            new Bucket(Double.NEGATIVE_INFINITY, 1, true, true, 1),
            new Bucket(1, 5, false, true, 1),
            new Bucket(5, Double.POSITIVE_INFINITY, false, true, 1)),
        custom);
    assertEquals(2, new Bucket(0, 1, false, false, 1).boundaryRule());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1",
    "1, 0, 2",
    "-1, 0, 0.5",
    "1, 1, 1.414213562373095",
    "1, -4, 65536",
    "-1, 8, 0.9972960560854698",
    "1024, 0, 1.7976931348623157e308",
    "1025, 0, Infinity",
    "262144, 8, 1.7976931348623157e308",
    "64, -4, 1.7976931348623157e308",
    "65, -4, Infinity",
    "-1074, 0, 4.9e-324",
    "-1100, 0, 0",
    "1073741824, -4, Infinity",
    "-1073741824, -4, 0",
  })
  void bounds_of_exponential_buckets(int index, int schema, double bound) {
    assertEquals(bound, Bounds.exponential(index, schema));
  }
}
