// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.histogram.FloatHistogram;

/** {@code resets} and {@code changes}: how often successive samples differ in a certain way. */
final class TransitionCounts extends RangeFunction {
  private final boolean resets;

  TransitionCounts(boolean resets) {
    this.resets = resets;
  }

  @Override
  double at(Window window) {
    return window.histograms() == 0 ? floats(window) : mixed(window);
  }

  private double floats(Window window) {
    int count = 0;
    for (int i = window.from + 1; i < window.to; i++) {
      count += counts(window.values[i - 1], window.values[i]) ? 1 : 0;
    }
    return count;
  }

  private boolean counts(double previous, double value) {
    return resets
        ? value < previous
        : value != previous && !(Double.isNaN(value) && Double.isNaN(previous));
  }

  private double mixed(Window window) {
    int at = window.from;
    int histogramAt = window.histogramFrom;
    int count = 0;
    double previous = 0;
    FloatHistogram previousHistogram = null;
    boolean first = true;
    while (at < window.to || histogramAt < window.histogramTo) {
      boolean isFloat =
          histogramAt >= window.histogramTo
              || (at < window.to && window.times[at] < window.histogramTimes[histogramAt]);
      double value = isFloat ? window.values[at++] : 0;
      FloatHistogram histogram = isFloat ? null : window.histograms[histogramAt++];
      if (!first) {
        count += counts(previous, previousHistogram, value, histogram) ? 1 : 0;
      }
      first = false;
      previous = value;
      previousHistogram = histogram;
    }
    return count;
  }

  private boolean counts(
      double previous, FloatHistogram previousHistogram, double value, FloatHistogram histogram) {
    if (histogram == null && previousHistogram == null) {
      return counts(previous, value);
    }
    if (histogram == null || previousHistogram == null) {
      return true;
    }
    return resets ? histogram.detectReset(previousHistogram) : !histogram.equals(previousHistogram);
  }
}
