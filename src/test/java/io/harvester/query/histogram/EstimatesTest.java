// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.query.histogram.Estimate.Remark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimatesTest {
  private static final double SQRT_2 = Math.sqrt(2);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {{count:4 sum:5 offset:1 buckets:[4]}} | -0.1 | -Infinity
          {{count:4 sum:5 offset:1 buckets:[4]}} | 1.1 | Infinity
          {{count:4 sum:5 offset:1 buckets:[4]}} | NaN | NaN
          {{count:0 sum:0}} | 0.5 | NaN
          # logarithmic within a bucket
          {{count:4 sum:5 offset:1 buckets:[4]}} | 0 | 1
          {{count:4 sum:5 offset:1 buckets:[4]}} | 0.5 | 1.4142135623730951
          {{count:4 sum:5 offset:1 buckets:[4]}} | 1 | 2
          {{count:4 sum:5 n_offset:1 n_buckets:[4]}} | 0 | -2
          {{count:4 sum:5 n_offset:1 n_buckets:[4]}} | 0.5 | -1.4142135623730951
          {{count:4 sum:5 n_offset:1 n_buckets:[4]}} | 1 | -1
          # across empty buckets
          {{count:4 sum:5 buckets:[2 0 0 2]}} | 0.5 | 4
          {{count:4 sum:5 buckets:[2 0 0 2]}} | 0.499999999999 | 0.9999999999986137
          # linear in the zero bucket, one side of which may be excluded
          {{count:4 sum:0 z_bucket:4 z_bucket_w:0.5}} | 0.5 | 0
          {{count:4 sum:0 z_bucket:4 z_bucket_w:0.5}} | 0.25 | -0.25
          {{count:8 sum:5 z_bucket:4 z_bucket_w:0.5 offset:1 buckets:[4]}} | 0.25 | 0.25
          {{count:8 sum:5 z_bucket:4 z_bucket_w:0.5 n_offset:1 n_buckets:[4]}} | 0.75 | -0.25
          {{count:12 sum:5 z_bucket:4 z_bucket_w:0.5 buckets:[4] n_buckets:[4]}} | 0.5 | 0
          # more observations than the buckets have: the highest bound
          {{count:8 sum:5 offset:1 buckets:[4]}} | 0.4 | 1.7411011265922482
          {{count:8 sum:5 offset:1 buckets:[2]}} | 0.4 | 2
          # custom buckets: linear from 0, not beyond the bounds
          {{schema:-53 count:4 sum:9 custom_values:[2 4] buckets:[4]}} | 0.5 | 1
          {{schema:-53 count:4 sum:9 custom_values:[-2 4] buckets:[4]}} | 0.5 | -2
          {{schema:-53 count:4 sum:9 custom_values:[2 4] buckets:[0 4]}} | 0.25 | 2.5
          {{schema:-53 count:4 sum:9 custom_values:[2 4] buckets:[0 1 3]}} | 0.5 | 4
          """)
  void quantiles(String histogram, double q, double expected) {
    Estimate estimate = HistogramLiteral.parse(histogram).estimateQuantile(q);
    assertEquals(
        expected, estimate.value(), Double.isFinite(expected) ? Math.abs(expected) * 1e-14 : 0);
    assertEquals(Remark.NONE, estimate.remark());
  }

  @Test
  void observations_of_nan_are_above_all_buckets() {
    FloatHistogram nan = HistogramLiteral.parse("{{count:8 sum:NaN offset:1 buckets:[4]}}");
    Estimate skewed = nan.estimateQuantile(0.25);
    assertEquals(SQRT_2, skewed.value(), 1e-15);
    assertEquals(Remark.QUANTILE_IS_SKEWED, skewed.remark());
    assertEquals(new Estimate(Double.NaN, Remark.QUANTILE_IS_NAN), nan.estimateQuantile(0.75));
    // +Inf and -Inf make the sum NaN as well.
    FloatHistogram infinite = HistogramLiteral.parse("{{count:4 sum:NaN offset:1 buckets:[4]}}");
    assertEquals(Remark.NONE, infinite.estimateQuantile(0.5).remark());
  }

  @Test
  void with_observations_of_nan_the_last_bucket_is_the_one_of_the_interpolation() {
    FloatHistogram nan = HistogramLiteral.parse("{{count:8 sum:NaN offset:1 buckets:[2 0 2 2]}}");
    // A bug of Prometheus 3.5: rank 1 of the 2 in (1, 2] is taken for rank 1 of the 2 in (8, 16].
    assertEquals(8 * SQRT_2, nan.quantile(0.125), 1e-14);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {{count:4 sum:5 offset:1 buckets:[4]}} | NaN | 1 | NaN
          {{count:4 sum:5 offset:1 buckets:[4]}} | 1 | NaN | NaN
          {{count:0 sum:0}} | 1 | 2 | NaN
          {{count:4 sum:5 offset:1 buckets:[4]}} | 2 | 2 | 0
          {{count:4 sum:5 offset:1 buckets:[4]}} | 2 | 1 | 0
          {{count:4 sum:5 offset:1 buckets:[4]}} | -Infinity | Infinity | 1
          {{count:4 sum:5 offset:1 buckets:[4]}} | 1 | 2 | 1
          {{count:4 sum:5 offset:1 buckets:[4]}} | 1 | 1.4142135623730951 | 0.5
          {{count:4 sum:5 n_offset:1 n_buckets:[4]}} | -1.4142135623730951 | 0 | 0.5
          {{count:4 sum:5 offset:1 buckets:[2 0 2]}} | 2 | 4 | 0
          {{count:4 sum:5 offset:1 buckets:[2 0 2]}} | 3 | Infinity | 0.5
          {{count:4 sum:0 z_bucket:4 z_bucket_w:0.5}} | 0 | 0.25 | 0.25
          {{count:8 sum:5 z_bucket:4 z_bucket_w:0.5 offset:1 buckets:[4]}} | 0 | 0.25 | 0.25
          {{count:8 sum:5 z_bucket:4 z_bucket_w:0.5 n_offset:1 n_buckets:[4]}} | -0.25 | 0 | 0.25
          # observations in no bucket count as the highest ones
          {{count:8 sum:5 offset:1 buckets:[4]}} | 1 | Infinity | 1
          {{count:8 sum:5 offset:1 buckets:[4]}} | 2 | Infinity | 0
          {{schema:-53 count:4 sum:9 custom_values:[2 4] buckets:[4]}} | 1 | 3 | 0.5
          {{schema:-53 count:4 sum:9 custom_values:[2 4] buckets:[0 4]}} | 2.5 | 3 | 0.25
          """)
  void fractions(String histogram, double lower, double upper, double expected) {
    Estimate estimate = HistogramLiteral.parse(histogram).estimateFraction(lower, upper);
    assertEquals(expected, estimate.value(), 1e-15);
    assertEquals(Remark.NONE, estimate.remark());
  }

  @Test
  void no_fraction_includes_nan() {
    FloatHistogram nan = HistogramLiteral.parse("{{count:8 sum:NaN offset:1 buckets:[2 2]}}");
    assertEquals(
        new Estimate(0.5, Remark.FRACTION_EXCLUDES_NAN),
        nan.estimateFraction(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
    assertEquals(new Estimate(0.25, Remark.FRACTION_EXCLUDES_NAN), nan.estimateFraction(1, 2));
  }

  @Test
  void mean_and_deviation() {
    // Two observations at -4 and 4 (geometric means), two at 0.
    FloatHistogram both =
        HistogramLiteral.parse(
            "{{schema:-1 count:4 sum:0 z_bucket:2 z_bucket_w:0.1 offset:1 buckets:[0 1]"
                + " n_offset:1 n_buckets:[0 1]}}");
    assertEquals(0, both.avg());
    assertEquals(32, both.stdVar());
    assertEquals(Math.sqrt(32), both.stdDev());
    FloatHistogram custom =
        HistogramLiteral.parse("{{schema:-53 count:2 sum:6 custom_values:[2 4 6] buckets:[0 2]}}");
    assertEquals(3, custom.avg());
    assertEquals(0, custom.stdVar());
    assertEquals(Double.NaN, HistogramLiteral.parse("{{}}").stdVar());
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "0.25, -2", "-8, 3", "1.7976931348623157e308, 1024", "4.9e-324, -1074"})
  void logarithms_of_powers_of_two_are_exact(double value, double logarithm) {
    assertEquals(logarithm, Estimates.log2(value));
  }

  @ParameterizedTest
  @CsvSource({"0, -Infinity", "Infinity, Infinity", "NaN, NaN"})
  void logarithms_of_special_numbers(double value, double logarithm) {
    assertEquals(logarithm, Estimates.log2(value));
  }
}
