// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

import java.util.Arrays;

/** Quantiles of numbers. */
public final class Quantiles {
  private Quantiles() {}

  /** A quantile, interpolated between the two nearest values. Sorts the values; NaN is lowest. */
  public static double of(double quantile, double[] values) {
    if (values.length == 0 || Double.isNaN(quantile)) {
      return Double.NaN;
    }
    if (quantile < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (quantile > 1) {
      return Double.POSITIVE_INFINITY;
    }
    sort(values);
    double rank = quantile * (values.length - 1);
    double lower = Math.max(0, Math.floor(rank));
    double upper = Math.min(values.length - 1, lower + 1);
    double weight = rank - Math.floor(rank);
    return values[(int) lower] * (1 - weight) + values[(int) upper] * weight;
  }

  /** Java puts NaN after all numbers. */
  private static void sort(double[] values) {
    Arrays.sort(values);
    int numbers = values.length;
    while (numbers > 0 && Double.isNaN(values[numbers - 1])) {
      numbers--;
    }
    int missing = values.length - numbers;
    if (missing > 0) {
      System.arraycopy(values, 0, values, missing, numbers);
      Arrays.fill(values, 0, missing, Double.NaN);
    }
  }
}
