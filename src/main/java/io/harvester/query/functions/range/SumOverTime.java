// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.functions.KahanSum;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.HistogramSum;
import io.harvester.query.histogram.HistogramTotal;

/** {@code sum_over_time}. */
final class SumOverTime extends TotalOverTime {
  @Override
  double floats(Window window) {
    KahanSum sum = new KahanSum();
    for (int i = window.from; i < window.to; i++) {
      sum.add(window.values[i]);
    }
    return Double.isInfinite(sum.sum()) ? sum.sum() : sum.total();
  }

  @Override
  HistogramTotal startWith(FloatHistogram first) {
    return new HistogramSum(first);
  }
}
