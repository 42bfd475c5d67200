// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.functions.Column;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.HistogramTotal;
import io.harvester.query.histogram.IncompatibleSchemasException;

/** A total of the floats or of the histograms of a window. A window with both has no result. */
abstract class TotalOverTime extends RangeFunction {
  /** The total of the floats of a window, which has some. */
  abstract double floats(Window window);

  /** Starts with the first histogram of a window. */
  abstract HistogramTotal startWith(FloatHistogram first);

  @Override
  final double at(Window window) {
    if (window.floats() == 0) {
      addHistograms(window);
      return Column.ABSENT;
    }
    if (window.histograms() > 0) {
      window.notes.mixedRange(window.metric(), window.position);
      return Column.ABSENT;
    }
    return floats(window);
  }

  private void addHistograms(Window window) {
    HistogramTotal total = startWith(window.histograms[window.histogramFrom]);
    try {
      for (int i = window.histogramFrom + 1; i < window.histogramTo; i++) {
        total.add(window.histograms[i]);
      }
      window.result = total.result();
    } catch (IncompatibleSchemasException e) {
      window.notes.incompatible(e.customBounds(), window.metric(), window.position);
    }
  }
}
