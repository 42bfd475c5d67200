// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Notes;
import io.harvester.query.promql.Aggregation;

/** {@code min} and {@code max}; NaN only if there is nothing else. */
final class ExtremeColumn extends GroupColumn {
  private final boolean largest;

  ExtremeColumn(Aggregation aggregation, int steps, Notes notes, boolean largest) {
    super(aggregation, steps, notes);
    this.largest = largest;
  }

  @Override
  public void add(Column column, int from, int to) {
    noteHistograms(column, from, to);
    double[] added = column.values();
    for (int step = from; step < to; step++) {
      double value = added[step];
      double extreme = values[step];
      // an absent one is NaN, too
      boolean better = largest ? extreme < value : extreme > value;
      if ((better || Double.isNaN(extreme)) && !Column.isAbsent(value)) {
        values[step] = value;
      }
    }
  }
}
