// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Samples;
import io.harvester.query.histogram.FloatHistogram;
import java.util.Arrays;

/** {@code rate}, {@code increase} and {@code delta}. */
final class ExtrapolatedRate extends RangeFunction {
  private static final int[] NONE = {};

  private final boolean counter;
  private final boolean perSecond;

  /** Indexes of the values that are below their predecessor, ascending. */
  private int[] resets = NONE;

  private int resetCount;
  private int nextReset;

  ExtrapolatedRate(boolean counter, boolean perSecond) {
    this.counter = counter;
    this.perSecond = perSecond;
  }

  /** Finds the resets once: most windows of most counters have none. */
  @Override
  void begin(Samples samples) {
    resetCount = 0;
    nextReset = 0;
    if (!counter) {
      return;
    }
    double[] values = samples.values();
    for (int i = 1; i < samples.count(); i++) {
      if (values[i] < values[i - 1]) {
        if (resetCount == resets.length) {
          resets = Arrays.copyOf(resets, Math.max(8, resetCount * 2));
        }
        resets[resetCount++] = i;
      }
    }
  }

  @Override
  double at(Window window) {
    int floats = window.floats();
    int histograms = window.histograms();
    if (histograms > 0 && floats > 0) {
      window.notes.mixedRange(window.metric(), window.position);
      return Column.ABSENT;
    }
    if (floats > 1) {
      return floatRate(window);
    }
    if (histograms > 1) {
      FloatHistogram difference = HistogramRates.difference(window, counter);
      if (difference != null) {
        long first = window.histogramTimes[window.histogramFrom];
        long last = window.histogramTimes[window.histogramTo - 1];
        double factor = factor(window, first, last, histograms - 1, Double.POSITIVE_INFINITY);
        window.result = difference.mul(factor);
      }
    }
    return Column.ABSENT;
  }

  private double floatRate(Window window) {
    int from = window.from;
    int last = window.to - 1;
    double[] values = window.values;
    double first = values[from];
    double increase = values[last] - first;
    if (counter) {
      while (nextReset < resetCount && resets[nextReset] <= from) {
        nextReset++;
      }
      for (int i = nextReset; i < resetCount && resets[i] <= last; i++) {
        increase += values[resets[i] - 1];
      }
    }
    long firstTime = window.times[from];
    long lastTime = window.times[last];
    double toZero = Double.POSITIVE_INFINITY;
    if (counter && increase > 0 && first >= 0) {
      // a counter cannot have been negative
      toZero = (lastTime - firstTime) / 1000.0 * (first / increase);
    }
    int gaps = window.samples.storedAfter(from, last);
    return increase * factor(window, firstTime, lastTime, gaps, toZero);
  }

  /**
   * What the increase between the first and the last sample is multiplied by. The series is assumed
   * to go on up to the edges of the window if they are about as near as the samples to each other,
   * and for half such a distance if not.
   *
   * @param toZero how long before the first sample the counter was 0, in seconds
   */
  private double factor(Window window, long first, long last, int gaps, double toZero) {
    double toStart = (first - window.start) / 1000.0;
    double toEnd = (window.end - last) / 1000.0;
    double sampled = (last - first) / 1000.0;
    double gap = sampled / gaps;
    double near = gap * 1.1;
    if (toStart >= near) {
      toStart = gap / 2;
    }
    if (toZero < toStart) {
      toStart = toZero;
    }
    if (toEnd >= near) {
      toEnd = gap / 2;
    }
    double factor = (sampled + toStart + toEnd) / sampled;
    return perSecond ? factor / ((window.end - window.start) / 1000.0) : factor;
  }
}
