// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassicBucketsTest {
  /** Buckets as {@code bound:count bound:count}. */
  private static ClassicBuckets buckets(String text) {
    ClassicBuckets buckets = new ClassicBuckets();
    for (String bucket : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
      String[] parts = bucket.split(":", -1);
      double bound = parts[0].equals("Inf") ? Double.POSITIVE_INFINITY : parse(parts[0]);
      buckets.add(bound, parse(parts[1]));
    }
    return buckets;
  }

  private static double parse(String number) {
    return Double.parseDouble(number);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '' | 0.5 | NaN
          1:4 Inf:4 | NaN | NaN
          1:4 Inf:4 | -1 | -Infinity
          1:4 Inf:4 | 2 | Infinity
          1:4 2:8 | 0.5 | NaN
          Inf:4 | 0.5 | NaN
          1:0 Inf:0 | 0.5 | NaN
          # linear, from 0
          1:4 2:8 Inf:8 | 0 | 0
          1:4 2:8 Inf:8 | 0.25 | 0.5
          1:4 2:8 Inf:8 | 0.5 | 1
          1:4 2:8 Inf:8 | 0.75 | 1.5
          1:4 2:8 Inf:8 | 1 | 2
          # the highest bucket gives its lower bound
          1:4 2:4 Inf:8 | 0.75 | 2
          # a first bucket that ends at or below 0 gives its bound
          -1:4 2:8 Inf:8 | 0.25 | -1
          0:4 2:8 Inf:8 | 0.25 | 0
          -3:4 -1:8 Inf:8 | 0.75 | -2
          # any order, equal bounds
          Inf:8 2:8 1:4 | 0.25 | 0.5
          1:1 2:8 Inf:8 1:3 | 0.25 | 0.5
          1:3 Inf:4 2:4 Inf:4 2:4 | 0.5 | 1.2
          """)
  void quantiles(String text, double q, double expected) {
    ClassicBuckets buckets = buckets(text);
    assertEquals(expected, buckets.quantile(q), 1e-15);
    assertFalse(buckets.forcedMonotonic());
    assertFalse(buckets.ignoredSmallDeltas());
  }

  @Test
  void counts_are_made_to_grow() {
    ClassicBuckets buckets = buckets("1:4 2:2 4:8 Inf:7");
    assertEquals(3, buckets.quantile(0.75));
    assertTrue(buckets.forcedMonotonic());
    assertFalse(buckets.ignoredSmallDeltas());
  }

  @Test
  void tiny_differences_are_ignored_in_both_directions() {
    ClassicBuckets buckets = buckets("1:100 2:100.00000000001 4:99.99999999999 Inf:100");
    assertEquals(0.5, buckets.quantile(0.5));
    assertFalse(buckets.forcedMonotonic());
    assertTrue(buckets.ignoredSmallDeltas());
  }

  @Test
  void no_answer_has_no_flags() {
    ClassicBuckets buckets = buckets("1:4 Inf:2");
    buckets.quantile(0.5);
    assertTrue(buckets.forcedMonotonic());
    buckets.quantile(2);
    assertFalse(buckets.forcedMonotonic());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '' | 0 | 1 | NaN
          1:4 2:8 | 0 | 1 | NaN
          1:4 Inf:4 | NaN | 1 | NaN
          1:4 Inf:4 | 0 | NaN | NaN
          1:0 Inf:0 | 0 | 1 | NaN
          1:4 2:8 Inf:8 | 2 | 1 | 0
          1:4 2:8 Inf:8 | -Infinity | Infinity | 1
          1:4 2:8 Inf:8 | 1 | 2 | 0.5
          1:4 2:8 Inf:8 | 1.25 | 1.5 | 0.125
          1:4 2:8 Inf:16 | 2 | Infinity | 0.5
          1:4 2:8 Inf:16 | 3 | Infinity | 0.5
          # no lower bound is assumed in the first bucket
          1:4 2:8 Inf:8 | 0.5 | 1 | NaN
          """)
  void fractions(String text, double lower, double upper, double expected) {
    assertEquals(expected, buckets(text).fraction(lower, upper), 1e-15);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 100, 1000})
  void the_order_of_the_buckets_does_not_matter(int size) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(order, new Random(23));
    ClassicBuckets sorted = new ClassicBuckets();
    ClassicBuckets shuffled = new ClassicBuckets();
    shuffled.add(Double.POSITIVE_INFINITY, size * size);
    for (int i = 0; i < size; i++) {
      sorted.add(i, i * i);
      int bound = order.get(i);
      shuffled.add(bound, bound * bound);
    }
    sorted.add(Double.POSITIVE_INFINITY, size * size);
    assertEquals(size + 1, shuffled.size());
    for (double q = 0; q < 1; q += 0.0625) {
      assertEquals(sorted.quantile(q), shuffled.quantile(q));
      assertFalse(shuffled.forcedMonotonic());
    }
    shuffled.clear();
    assertEquals(0, shuffled.size());
    assertEquals(Double.NaN, shuffled.quantile(0.5));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, true",
    "1, 2, false",
    "NaN, NaN, true",
    "NaN, 1, false",
    "0, 1e-320, true",
    "0, 1e-300, false",
    "1, 1.000001, true",
    "1, 1.00001, false",
    "Infinity, Infinity, true",
    "0, 0, true",
  })
  void numbers_are_almost_equal(double a, double b, boolean equal) {
    assertEquals(equal, Almost.equal(a, b, 1e-6));
  }

  @Test
  void the_stale_marker_equals_only_itself() {
    double stale = Double.longBitsToDouble(0x7ff0000000000002L);
    assertTrue(Almost.equal(stale, stale, 1e-6));
    assertFalse(Almost.equal(stale, Double.NaN, 1e-6));
  }
}
