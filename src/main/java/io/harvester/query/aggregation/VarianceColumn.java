// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Notes;
import io.harvester.query.promql.Aggregation;
import io.harvester.query.value.Labels;

/** {@code stdvar} and {@code stddev}. */
final class VarianceColumn extends GroupColumn {
  private final boolean root;
  private final double[] counts;
  private final double[] means;

  VarianceColumn(Aggregation aggregation, int steps, Notes notes, boolean root) {
    super(aggregation, steps, notes);
    this.root = root;
    counts = new double[steps];
    means = new double[steps];
  }

  @Override
  public void add(Column column, int from, int to) {
    noteHistograms(column, from, to);
    double[] added = column.values();
    for (int step = from; step < to; step++) {
      double value = added[step];
      if (Column.isAbsent(value)) {
        continue;
      }
      double count = ++counts[step];
      if (count == 1) {
        means[step] = value;
        values[step] = Double.isNaN(value) || Double.isInfinite(value) ? Double.NaN : 0;
      } else {
        double delta = value - means[step];
        means[step] += delta / count;
        values[step] += delta * (value - means[step]);
      }
    }
  }

  @Override
  public Column result(Labels labels, boolean nameless) {
    for (int step = 0; step < values.length; step++) {
      if (counts[step] > 0) {
        double variance = values[step] / counts[step];
        values[step] = root ? Math.sqrt(variance) : variance;
      }
    }
    return super.result(labels, nameless);
  }
}
