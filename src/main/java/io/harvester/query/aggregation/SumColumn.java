// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.KahanSum;
import io.harvester.query.functions.Notes;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.HistogramSum;
import io.harvester.query.histogram.HistogramTotal;
import io.harvester.query.promql.Aggregation;

/** {@code sum}. */
final class SumColumn extends TotalColumn {
  SumColumn(Aggregation aggregation, int steps, Notes notes) {
    super(aggregation, steps, notes);
  }

  @Override
  void addFloat(int step, double value) {
    double sum = values[step];
    if (Column.isAbsent(sum)) {
      values[step] = value;
      return;
    }
    double total = sum + value;
    errors[step] = KahanSum.error(sum, errors[step], value, total);
    values[step] = total;
  }

  @Override
  double floatResult(int step) {
    return values[step] + errors[step];
  }

  @Override
  HistogramTotal startWith(FloatHistogram first) {
    return new HistogramSum(first);
  }
}
