// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Notes;
import io.harvester.query.promql.Aggregation;

/** {@code count} and {@code group}. */
final class CountColumn extends GroupColumn {
  private final boolean counts;

  CountColumn(Aggregation aggregation, int steps, Notes notes, boolean counts) {
    super(aggregation, steps, notes);
    this.counts = counts;
  }

  @Override
  public void add(Column column, int from, int to) {
    for (int step = from; step < to; step++) {
      if (column.isPresent(step)) {
        values[step] = counts && !Column.isAbsent(values[step]) ? values[step] + 1 : 1;
      }
    }
  }
}
