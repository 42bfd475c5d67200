// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Grid;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.MatrixSelector;
import io.harvester.query.promql.VectorSelector;
import io.harvester.query.value.Labels;
import io.harvester.read.Matcher;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code absent} and {@code absent_over_time}: 1 at the steps without a sample. */
final class Absence {
  private Absence() {}

  /** One series, or none if every step has a sample. */
  static List<Column> of(List<Column> columns, Grid grid, Expr argument, boolean nameless) {
    double[] values = new double[grid.count()];
    boolean any = false;
    for (int step = 0; step < values.length; step++) {
      boolean present = false;
      for (int i = 0; i < columns.size() && !present; i++) {
        present = columns.get(i).isPresent(step);
      }
      values[step] = present ? Column.ABSENT : 1;
      any |= !present;
    }
    return any ? List.of(new Column(labels(argument), nameless, values, null)) : List.of();
  }

  /** The labels that every series would have. A label with two conditions is none of them. */
  private static Labels labels(Expr argument) {
    List<Matcher> matchers = List.of();
    if (argument instanceof VectorSelector selector) {
      matchers = selector.matchers();
    } else if (argument instanceof MatrixSelector matrix) {
      matchers = matrix.selector().matchers();
    }
    Labels.Builder labels = Labels.EMPTY.change();
    Set<String> set = new HashSet<>();
    for (Matcher matcher : matchers) {
      if (matcher.name().equals(Labels.METRIC_NAME)) {
        continue;
      }
      if (matcher.type() == Matcher.Type.EQUAL && set.add(matcher.name())) {
        labels.set(matcher.name(), matcher.value());
      } else {
        labels.remove(matcher.name());
      }
    }
    return labels.build();
  }
}
