// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.KahanSum;
import io.harvester.query.histogram.HistogramSum;
import io.harvester.query.histogram.IncompatibleSchemasException;

/** {@code sum_over_time}. */
final class SumOverTime extends RangeFunction {
  @Override
  double at(Window window) {
    if (window.floats() == 0) {
      histograms(window);
      return Column.ABSENT;
    }
    if (window.histograms() > 0) {
      window.notes.mixedRange(window.metric(), window.position);
      return Column.ABSENT;
    }
    KahanSum sum = new KahanSum();
    for (int i = window.from; i < window.to; i++) {
      sum.add(window.values[i]);
    }
    return Double.isInfinite(sum.sum()) ? sum.sum() : sum.total();
  }

  private static void histograms(Window window) {
    HistogramSum sum = new HistogramSum(window.histograms[window.histogramFrom]);
    try {
      for (int i = window.histogramFrom + 1; i < window.histogramTo; i++) {
        sum.add(window.histograms[i]);
      }
      window.result = sum.result();
    } catch (IncompatibleSchemasException e) {
      window.notes.incompatible(e.customBounds(), window.metric(), window.position);
    }
  }
}
