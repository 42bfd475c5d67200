// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.functions.KahanSum;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.HistogramMean;
import io.harvester.query.histogram.HistogramTotal;

/** {@code avg_over_time}. */
final class MeanOverTime extends TotalOverTime {
  @Override
  double floats(Window window) {
    return mean(window.values, window.from, window.to);
  }

  /** The sum divided by the number; where the sum overflows, a mean that is moved by each value. */
  private static double mean(double[] values, int from, int to) {
    double sum = values[from];
    double error = 0;
    for (int i = from + 1; i < to; i++) {
      double total = sum + values[i];
      if (Double.isInfinite(total)) {
        return incremental(values, from, i, to, sum, error);
      }
      error = KahanSum.error(sum, error, values[i], total);
      sum = total;
    }
    double count = to - from;
    return sum / count + error / count;
  }

  private static double incremental(
      double[] values, int from, int next, int to, double sum, double error) {
    double count = next - from;
    double mean = sum / count;
    double missing = error / count;
    for (int i = next; i < to; i++) {
      count++;
      double kept = (count - 1) / count;
      double total = kept * mean + values[i] / count;
      missing = KahanSum.error(kept * mean, kept * missing, values[i] / count, total);
      mean = total;
    }
    return mean + missing;
  }

  @Override
  HistogramTotal startWith(FloatHistogram first) {
    return new HistogramMean(first);
  }
}
