// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.query.text.GoNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotationTest {
  @Test
  void every_key_is_read() {
    FloatHistogram all =
        HistogramLiteral.parse(
            "{{ schema:-1 sum:-2.5e1 count:0x10 z_bucket:3 z_bucket_w:.5 offset:-2 buckets:[1 Inf]"
                + " n_offset:4 n_buckets:[NaN -2 ] counter_reset_hint:not_reset }}");
    assertEquals(-1, all.schema());
    assertEquals(-25, all.sum());
    assertEquals(16, all.count());
    assertEquals(3, all.zeroCount());
    assertEquals(0.5, all.zeroThreshold());
    assertArrayEquals(new int[] {-2}, all.positive().offsets());
    assertArrayEquals(new double[] {1, Double.POSITIVE_INFINITY}, all.positive().counts());
    assertArrayEquals(new int[] {4}, all.negative().offsets());
    assertArrayEquals(new double[] {Double.NaN, -2}, all.negative().counts());
    assertEquals(CounterReset.NO_RESET, all.hint());
    FloatHistogram custom = HistogramLiteral.parse("{{schema:-53 custom_values:[-1 2.5]}}");
    assertTrue(custom.isCustom());
    assertArrayEquals(new double[] {-1, 2.5}, custom.customValues());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{{",
        "{}",
        "{{}} ",
        "{{sum}}",
        "{{sum:}}",
        "{{sum:x}}",
        "{{sum:1 sum:2}}",
        "{{sum:1count:2}}",
        "{{buckets:1}}",
        "{{buckets:[]}}",
        "{{buckets:[1}}",
        "{{total:1}}",
        "{{schema:1.5}}",
        "{{counter_reset_hint:maybe}}",
        "{{sum:1,count:2}}"
      })
  void malformed_histograms_are_refused(String literal) {
    assertThrows(IllegalArgumentException.class, () -> HistogramLiteral.parse(literal));
  }

  @Test
  void the_error_says_where_and_what() {
    assertEquals(
        "histogram {{sum:1 total:2}}: at 8: expected histogram description key, e.g. buckets:[5 10"
            + " 7]",
        assertThrows(
                IllegalArgumentException.class, () -> HistogramLiteral.parse("{{sum:1 total:2}}"))
            .getMessage());
    assertEquals(
        "duplicate key \"sum\" in histogram",
        assertThrows(
                IllegalArgumentException.class, () -> HistogramLiteral.parse("{{sum:1 sum:1}}"))
            .getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{}}",
        "{{schema:2 count:5 sum:-1.5 z_bucket:1 z_bucket_w:0.001 offset:-3 buckets:[1 0 2]"
            + " n_buckets:[1]}}",
        "{{schema:-53 count:3 sum:NaN custom_values:[1 2.5] offset:1 buckets:[2 1]}}",
        "{{count:1e+06 sum:+Inf counter_reset_hint:gauge buckets:[1e+06] n_offset:7"
            + " n_buckets:[0.25]}}",
      })
  void what_is_printed_is_what_was_read(String literal) {
    assertEquals(literal, Notation.literal(HistogramLiteral.parse(literal)));
  }

  @Test
  void a_printed_histogram_has_one_span_without_empty_ends() throws Exception {
    FloatHistogram apart =
        HistogramLiteral.parse("{{offset:-1 buckets:[0 1 0]}}")
            .add(HistogramLiteral.parse("{{offset:5 buckets:[2 0 3 0]}}"))
            .add(HistogramLiteral.parse("{{offset:10 buckets:[4]}}"));
    assertEquals("{{buckets:[1 0 0 0 0 2 0 3 0 0 4]}}", Notation.literal(apart));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {{}} | {count:0, sum:0}
          {{count:3 sum:-4.5 offset:1 buckets:[1 0 2]}} | {count:3, sum:-4.5, (1,2]:1, (4,8]:2}
          {{count:3 sum:NaN z_bucket:2 n_offset:1 n_buckets:[1 2]}} | {count:3, sum:NaN, [-4,-2):2, [-2,-1):1, [-0,0]:2}
          {{z_bucket:2 z_bucket_w:0.75 buckets:[1]}} | {count:0, sum:0, [-0.75,0.75]:2, (0.5,1]:1}
          {{count:1e6 sum:1e-5 schema:-53 custom_values:[1 2] buckets:[1 1.5 1]}} | {count:1e+06, sum:1e-05, [-Inf,1]:1, (1,2]:1.5, (2,+Inf]:1}
          """)
  void the_text_of_a_query_result(String literal, String text) {
    assertEquals(text, Notation.text(HistogramLiteral.parse(literal)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "-1.5, -1.5",
    "100000, 100000",
    "123456, 123456",
    "1000000, 1e+06",
    "1234567, 1.234567e+06",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "0.1, 0.1",
    "0.3333333333333333, 0.3333333333333333",
    "1e23, 1e+23",
    "2e-3, 0.002",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "4.9e-324, 5e-324",
    "2.2250738585072014e-308, 2.2250738585072014e-308",
    "2.0e-310, 2e-310",
    "9007199254740993, 9.007199254740992e+15",
    "1e100, 1e+100",
    "NaN, NaN",
    "Infinity, +Inf",
    "-Infinity, -Inf",
  })
  void numbers_have_as_few_digits_as_needed(double number, String text) {
    assertEquals(text, GoNumber.general(number));
  }
}
