// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.functions.Column;
import io.harvester.query.histogram.CounterReset;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.IncompatibleSchemasException;

/** {@code irate} and {@code idelta}: the difference of the two newest samples. */
final class InstantRate extends RangeFunction {
  private final boolean perSecond;

  InstantRate(boolean perSecond) {
    this.perSecond = perSecond;
  }

  @Override
  double at(Window window) {
    if (window.histograms() == 0) {
      return floats(window);
    }
    if (window.floats() + window.histograms() < 2) {
      return Column.ABSENT;
    }
    int newestFloats = newestFloats(window);
    if (newestFloats == 2) {
      return floats(window);
    }
    if (newestFloats == 1) {
      window.notes.mixedRange(window.metric(), window.position);
      return Column.ABSENT;
    }
    return histograms(window);
  }

  /** How many of the two newest samples are floats. */
  private static int newestFloats(Window window) {
    int at = window.to - 1;
    int histogramAt = window.histogramTo - 1;
    int floats = 0;
    for (int i = 0; i < 2; i++) {
      boolean isFloat =
          histogramAt < window.histogramFrom
              || (at >= window.from && window.times[at] > window.histogramTimes[histogramAt]);
      if (isFloat) {
        floats++;
        at--;
      } else {
        histogramAt--;
      }
    }
    return floats;
  }

  private double floats(Window window) {
    if (window.floats() < 2) {
      return Column.ABSENT;
    }
    int last = window.to - 1;
    double newest = window.values[last];
    double previous = window.values[last - 1];
    long interval = window.times[last] - window.times[last - 1];
    if (interval == 0) {
      return Column.ABSENT;
    }
    double result = perSecond && newest < previous ? newest : newest - previous;
    return perSecond ? result / (interval / 1000.0) : result;
  }

  private double histograms(Window window) {
    int last = window.histogramTo - 1;
    FloatHistogram newest = window.histograms[last];
    FloatHistogram previous = window.histograms[last - 1];
    long interval = window.histogramTimes[last] - window.histogramTimes[last - 1];
    if (interval == 0) {
      return Column.ABSENT;
    }
    boolean newestIsGauge = newest.hint() == CounterReset.GAUGE;
    boolean previousIsGauge = previous.hint() == CounterReset.GAUGE;
    if (perSecond && (newestIsGauge || previousIsGauge)) {
      window.notes.notCounter(window.metric(), window.position);
    }
    if (!perSecond && !(newestIsGauge && previousIsGauge)) {
      window.notes.notGauge(window.metric(), window.position);
    }
    FloatHistogram result = newest;
    if (!perSecond || !newest.detectReset(previous)) {
      try {
        result = newest.sub(previous);
      } catch (IncompatibleSchemasException e) {
        window.notes.incompatible(e.customBounds(), window.metric(), window.position);
        return Column.ABSENT;
      }
    }
    result = result.withHint(CounterReset.GAUGE).compact();
    window.result = perSecond ? result.div(interval / 1000.0) : result;
    return Column.ABSENT;
  }
}
