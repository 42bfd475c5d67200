// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.EvaluationException;
import java.util.Locale;

/** {@code double_exponential_smoothing}: newer samples count more, and a trend is followed. */
final class DoubleExponentialSmoothing extends RangeFunction {
  @Override
  double at(Window window) {
    double smoothing = window.arguments[0];
    double trend = window.arguments[1];
    check(smoothing, "smoothing", "sf");
    check(trend, "trend", "tf");
    if (window.floats() > 0) {
      window.noteIgnoredHistograms();
    }
    if (window.floats() < 2) {
      return Column.ABSENT;
    }
    double[] values = window.values;
    int from = window.from;
    double previous = 0;
    double smoothed = values[from];
    double slope = values[from + 1] - values[from];
    for (int i = from + 1; i < window.to; i++) {
      if (i > from + 1) {
        slope = trend * (smoothed - previous) + (1 - trend) * slope;
      }
      double next = smoothing * values[i] + (1 - smoothing) * (smoothed + slope);
      previous = smoothed;
      smoothed = next;
    }
    return smoothed;
  }

  private static void check(double factor, String kind, String name) {
    if (factor <= 0 || factor >= 1) {
      throw new EvaluationException(
          "invalid "
              + kind
              + " factor. Expected: 0 < "
              + name
              + " < 1, got: "
              + String.format(Locale.ROOT, "%f", factor));
    }
  }
}
