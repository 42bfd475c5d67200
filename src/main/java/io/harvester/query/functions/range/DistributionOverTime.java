// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.KahanSum;
import io.harvester.query.functions.Quantiles;
import io.harvester.query.promql.Position;
import java.util.Arrays;

/** Functions of how the floats of a range are distributed; histograms are left out. */
final class DistributionOverTime extends RangeFunction {
  /** Computes a number from the floats of a window. */
  private interface Kernel {
    double of(Window window);
  }

  private final Kernel kernel;

  private DistributionOverTime(Kernel kernel) {
    this.kernel = kernel;
  }

  /** {@code quantile_over_time}; the position is that of the quantile. */
  static RangeFunction quantile(Position position) {
    return new DistributionOverTime(
        window -> {
          double quantile = window.arguments[0];
          if (!(quantile >= 0 && quantile <= 1)) {
            window.notes.invalidQuantile(quantile, position);
          }
          return Quantiles.of(quantile, floats(window));
        });
  }

  /** {@code mad_over_time}. */
  static RangeFunction medianDeviation() {
    return new DistributionOverTime(
        window -> {
          double[] floats = floats(window);
          double median = Quantiles.of(0.5, floats);
          for (int i = 0; i < floats.length; i++) {
            floats[i] = Math.abs(floats[i] - median);
          }
          return Quantiles.of(0.5, floats);
        });
  }

  /** {@code stdvar_over_time}. */
  static RangeFunction variance() {
    return new DistributionOverTime(DistributionOverTime::variance);
  }

  /** {@code stddev_over_time}. */
  static RangeFunction deviation() {
    return new DistributionOverTime(window -> Math.sqrt(variance(window)));
  }

  private static double[] floats(Window window) {
    return Arrays.copyOfRange(window.values, window.from, window.to);
  }

  private static double variance(Window window) {
    double count = 0;
    KahanSum mean = new KahanSum();
    KahanSum squares = new KahanSum();
    for (int i = window.from; i < window.to; i++) {
      count++;
      double delta = window.values[i] - mean.total();
      mean.add(delta / count);
      squares.add(delta * (window.values[i] - mean.total()));
    }
    return squares.total() / count;
  }

  @Override
  double at(Window window) {
    if (window.floats() == 0) {
      return Column.ABSENT;
    }
    double value = kernel.of(window);
    window.noteIgnoredHistograms();
    return value;
  }
}
