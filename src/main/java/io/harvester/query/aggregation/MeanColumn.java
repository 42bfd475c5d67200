// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.KahanSum;
import io.harvester.query.functions.Notes;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.HistogramMean;
import io.harvester.query.histogram.HistogramTotal;
import io.harvester.query.promql.Aggregation;

/**
 * {@code avg}: the sum divided by the number; from the step on at which the sum overflows, a mean
 * that is moved by each value.
 */
final class MeanColumn extends TotalColumn {
  private final double[] counts;

  /** Whether the value of a step is a mean and not a sum. */
  private final boolean[] moved;

  MeanColumn(Aggregation aggregation, int steps, Notes notes) {
    super(aggregation, steps, notes);
    counts = new double[steps];
    moved = new boolean[steps];
  }

  @Override
  void addFloat(int step, double value) {
    double count = ++counts[step];
    double sum = values[step];
    if (Column.isAbsent(sum)) {
      values[step] = value;
      return;
    }
    if (!moved[step]) {
      double total = sum + value;
      if (!Double.isInfinite(total)) {
        errors[step] = KahanSum.error(sum, errors[step], value, total);
        values[step] = total;
        return;
      }
      moved[step] = true;
      sum /= count - 1;
      errors[step] /= count - 1;
    }
    double kept = (count - 1) / count;
    double total = kept * sum + value / count;
    errors[step] = KahanSum.error(kept * sum, kept * errors[step], value / count, total);
    values[step] = total;
  }

  @Override
  double floatResult(int step) {
    return moved[step]
        ? values[step] + errors[step]
        : values[step] / counts[step] + errors[step] / counts[step];
  }

  @Override
  HistogramTotal startWith(FloatHistogram first) {
    return new HistogramMean(first);
  }
}
