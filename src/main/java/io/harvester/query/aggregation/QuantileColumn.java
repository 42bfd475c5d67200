// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Notes;
import io.harvester.query.functions.Quantiles;
import io.harvester.query.promql.Aggregation;
import io.harvester.query.value.Labels;
import java.util.Arrays;

/** {@code quantile}. */
final class QuantileColumn extends GroupColumn {
  private final double[] quantiles;
  private final double[][] collected;
  private final int[] counts;

  QuantileColumn(Aggregation aggregation, double[] quantiles, int steps, Notes notes) {
    super(aggregation, steps, notes);
    this.quantiles = quantiles;
    collected = new double[steps][];
    counts = new int[steps];
  }

  @Override
  public void add(Column column, int from, int to) {
    noteHistograms(column, from, to);
    double[] added = column.values();
    for (int step = from; step < to; step++) {
      if (!Column.isAbsent(added[step])) {
        double[] known = collected[step];
        if (known == null) {
          known = new double[4];
        } else if (known.length == counts[step]) {
          known = Arrays.copyOf(known, known.length * 2);
        }
        known[counts[step]++] = added[step];
        collected[step] = known;
      }
    }
  }

  @Override
  public Column result(Labels labels, boolean nameless) {
    for (int step = 0; step < values.length; step++) {
      if (counts[step] > 0) {
        values[step] = Quantiles.of(quantiles[step], Arrays.copyOf(collected[step], counts[step]));
        collected[step] = null;
      }
    }
    return super.result(labels, nameless);
  }
}
