// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.histogram.CounterReset;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.HistogramSum;
import io.harvester.query.histogram.IncompatibleSchemasException;

/** How native histograms grow in a window. */
final class HistogramRates {
  private HistogramRates() {}

  /**
   * The last histogram less the first one, plus each one before a reset; null if they do not fit
   * together, which is noted.
   */
  static FloatHistogram difference(Window window, boolean counter) {
    FloatHistogram[] histograms = window.histograms;
    int from = window.histogramFrom;
    int to = window.histogramTo;
    FloatHistogram first = histograms[from];
    FloatHistogram last = histograms[to - 1];
    boolean gauge = first.hint() == CounterReset.GAUGE || last.hint() == CounterReset.GAUGE;
    if (counter && histograms[from + 1].detectReset(first)) {
      first = histograms[from + 1].emptied(); // its layout does not matter then
    }
    if (last.isCustom() != first.isCustom()) {
      noteIfGauge(window, counter && gauge);
      window.notes.incompatible(false, window.metric(), window.position);
      return null;
    }
    int schema = Math.min(first.schema(), last.schema());
    if (counter) {
      for (int i = from + 1; i < to - 1; i++) {
        FloatHistogram histogram = histograms[i];
        gauge |= histogram.hint() == CounterReset.GAUGE;
        schema = Math.min(schema, histogram.schema());
        if (histogram.isCustom() != first.isCustom()) {
          window.notes.incompatible(false, window.metric(), window.position);
          return null;
        }
      }
    }
    FloatHistogram difference;
    try {
      difference = difference(window, counter, first, last.reducedTo(schema));
    } catch (IncompatibleSchemasException e) {
      window.notes.incompatible(e.customBounds(), window.metric(), window.position);
      return null;
    }
    noteIfGauge(window, counter && gauge);
    if (!counter
        && (histograms[from].hint() != CounterReset.GAUGE || last.hint() != CounterReset.GAUGE)) {
      window.notes.notGauge(window.metric(), window.position);
    }
    return difference.withHint(CounterReset.GAUGE).compact();
  }

  private static FloatHistogram difference(
      Window window, boolean counter, FloatHistogram first, FloatHistogram last)
      throws IncompatibleSchemasException {
    FloatHistogram difference = last.sub(first);
    if (!counter) {
      return difference;
    }
    HistogramSum sum = null;
    FloatHistogram previous = first;
    for (int i = window.histogramFrom + 1; i < window.histogramTo; i++) {
      FloatHistogram histogram = window.histograms[i];
      if (histogram.detectReset(previous)) {
        sum = sum == null ? new HistogramSum(difference) : sum;
        sum.add(previous);
      }
      previous = histogram;
    }
    return sum == null ? difference : sum.result();
  }

  private static void noteIfGauge(Window window, boolean gauge) {
    if (gauge) {
      window.notes.notCounter(window.metric(), window.position);
    }
  }
}
