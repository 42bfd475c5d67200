// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.KahanSum;

/** {@code deriv} and {@code predict_linear}: a line through the samples by least squares. */
final class Regression extends RangeFunction {
  private final boolean predict;

  Regression(boolean predict) {
    this.predict = predict;
  }

  @Override
  double at(Window window) {
    if (window.floats() > 0) {
      window.noteIgnoredHistograms();
    }
    if (window.floats() < 2) {
      return Column.ABSENT;
    }
    return predict
        ? line(window, window.time, window.arguments[0])
        : line(window, window.times[window.from], Double.NaN);
  }

  /**
   * The line through the floats.
   *
   * @param origin the time that is 0, which keeps numbers small
   * @param ahead seconds after the origin at which the line is evaluated; NaN: its slope is meant
   */
  private static double line(Window window, long origin, double ahead) {
    double first = window.values[window.from];
    boolean constant = true;
    KahanSum x = new KahanSum();
    KahanSum y = new KahanSum();
    KahanSum xy = new KahanSum();
    KahanSum x2 = new KahanSum();
    for (int i = window.from; i < window.to; i++) {
      double value = window.values[i];
      constant &= i == window.from || value == first;
      double seconds = (window.times[i] - origin) / 1e3;
      x.add(seconds);
      y.add(value);
      xy.add(seconds * value);
      x2.add(seconds * seconds);
    }
    double slope;
    double intercept;
    if (constant) {
      slope = Double.isInfinite(first) ? Double.NaN : 0;
      intercept = Double.isInfinite(first) ? Double.NaN : first;
    } else {
      double n = window.floats();
      double covariance = xy.total() - x.total() * y.total() / n;
      double variance = x2.total() - x.total() * x.total() / n;
      slope = covariance / variance;
      intercept = y.total() / n - slope * x.total() / n;
    }
    return window.arguments.length == 0 ? slope : slope * ahead + intercept;
  }
}
