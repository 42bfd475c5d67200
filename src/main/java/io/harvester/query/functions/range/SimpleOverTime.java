// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.EvaluationException;

/** Counts, extremes, and the newest sample of a range. */
final class SimpleOverTime extends RangeFunction {
  /** Computes a number from a window. */
  private interface Kernel {
    double of(Window window);
  }

  private final Kernel kernel;

  private SimpleOverTime(Kernel kernel) {
    this.kernel = kernel;
  }

  static RangeFunction of(String name) {
    return new SimpleOverTime(
        switch (name) {
          case "count_over_time" -> window -> window.stored() + window.histograms();
          case "present_over_time", "absent_over_time" -> window -> 1;
          case "last_over_time" -> SimpleOverTime::last;
          case "ts_of_last_over_time" -> SimpleOverTime::timeOfLast;
          case "max_over_time" -> SimpleOverTime::max;
          case "min_over_time" -> SimpleOverTime::min;
          case "ts_of_max_over_time" -> window -> timeOfExtreme(window, true);
          case "ts_of_min_over_time" -> window -> timeOfExtreme(window, false);
          default -> throw new EvaluationException("unknown function " + name);
        });
  }

  private static double last(Window window) {
    boolean isFloat =
        window.histograms() == 0
            || (window.floats() > 0
                && window.histogramTimes[window.histogramTo - 1] < window.times[window.to - 1]);
    if (isFloat) {
      return window.values[window.to - 1];
    }
    window.result = window.histograms[window.histogramTo - 1];
    return Column.ABSENT;
  }

  private static double timeOfLast(Window window) {
    long time = window.floats() > 0 ? window.times[window.to - 1] : 0;
    long histogramTime =
        window.histograms() > 0 ? window.histogramTimes[window.histogramTo - 1] : 0;
    return Math.max(time, histogramTime) / 1000.0;
  }

  private static double max(Window window) {
    if (window.floats() == 0) {
      return Column.ABSENT;
    }
    window.noteIgnoredHistograms();
    double max = window.values[window.from];
    for (int i = window.from + 1; i < window.to; i++) {
      double value = window.values[i];
      if (value > max || Double.isNaN(max)) {
        max = value;
      }
    }
    return max;
  }

  private static double min(Window window) {
    if (window.floats() == 0) {
      return Column.ABSENT;
    }
    window.noteIgnoredHistograms();
    double min = window.values[window.from];
    for (int i = window.from + 1; i < window.to; i++) {
      double value = window.values[i];
      if (value < min || Double.isNaN(min)) {
        min = value;
      }
    }
    return min;
  }

  /** The time of the newest of the largest or smallest values. */
  private static double timeOfExtreme(Window window, boolean largest) {
    if (window.floats() == 0) {
      return Column.ABSENT;
    }
    window.noteIgnoredHistograms();
    double extreme = window.values[window.from];
    int at = window.from;
    for (int i = window.from; i < window.to; i++) {
      double value = window.values[i];
      if (Double.isNaN(extreme) || (largest ? value >= extreme : value <= extreme)) {
        extreme = value;
        at = i;
      }
    }
    return window.times[at] / 1000.0;
  }

  @Override
  double at(Window window) {
    return kernel.of(window);
  }
}
