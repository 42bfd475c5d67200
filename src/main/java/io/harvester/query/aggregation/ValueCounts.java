// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Grid;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.Notation;
import io.harvester.query.promql.Aggregation;
import io.harvester.query.text.GoNumber;
import io.harvester.query.value.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code count_values}: a series per group and value, which counts the series with this value. */
public final class ValueCounts {
  private final Aggregation aggregation;
  private final String label;
  private final Grid grid;
  private final Runnable hold;
  private final List<String> names;

  /**
   * A call with the label that takes the values.
   *
   * @param hold called before memory is taken for a column
   */
  public ValueCounts(Aggregation aggregation, String label, Grid grid, Runnable hold) {
    this.aggregation = aggregation;
    this.label = label;
    this.grid = grid;
    this.hold = hold;
    if (aggregation.without()) {
      names = Groups.without(aggregation);
    } else {
      names = new ArrayList<>(aggregation.grouping());
      names.add(label);
    }
  }

  /** The counts of all values of columns. */
  public List<Column> of(List<Column> columns) {
    Map<Labels, double[]> counts = new LinkedHashMap<>();
    for (Column column : columns) {
      Map<String, double[]> byValue = new HashMap<>();
      for (int step = 0; step < grid.count(); step++) {
        if (!column.isPresent(step)) {
          continue;
        }
        double[] count =
            byValue.computeIfAbsent(
                text(column, step),
                value ->
                    counts.computeIfAbsent(group(column.labels(), value), added -> newColumn()));
        count[step] = Column.isAbsent(count[step]) ? 1 : count[step] + 1;
      }
    }
    List<Column> result = new ArrayList<>(counts.size());
    counts.forEach((labels, values) -> result.add(Column.of(labels, values)));
    return result;
  }

  private double[] newColumn() {
    hold.run();
    return Column.absent(grid.count());
  }

  private static String text(Column column, int step) {
    FloatHistogram histogram = column.histogram(step);
    return histogram == null ? GoNumber.decimal(column.values()[step]) : Notation.text(histogram);
  }

  private Labels group(Labels labels, String value) {
    Labels all = labels.change().set(label, value).build();
    return aggregation.without() ? all.without(names) : all.only(names);
  }
}
