// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.operators;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.EvaluationException;
import io.harvester.query.functions.Grid;
import io.harvester.query.functions.Naming;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.value.Labels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What becomes of columns with the same labels. */
public final class Duplicates {
  private Duplicates() {}

  /** Fails if two columns have the same labels. */
  public static void refuse(List<Column> columns) {
    if (haveSameLabels(columns)) {
      throw new EvaluationException(EvaluationException.SAME_LABELS);
    }
  }

  private static boolean haveSameLabels(List<Column> columns) {
    if (columns.size() < 2) {
      return false;
    }
    Set<Labels> seen = new HashSet<>(columns.size() * 2);
    for (Column column : columns) {
      if (!seen.add(column.labels())) {
        return true;
      }
    }
    return false;
  }

  /** Makes one column of those with the same labels; fails if two have a sample at one step. */
  public static List<Column> merge(List<Column> columns, Grid grid, Naming naming) {
    if ((grid.count() == 1 && naming == Naming.AT_THE_END) || !haveSameLabels(columns)) {
      return columns;
    }
    Map<Labels, Column> merged = new LinkedHashMap<>();
    for (Column column : columns) {
      merged.merge(column.labels(), column, Duplicates::union);
    }
    return new ArrayList<>(merged.values());
  }

  private static Column union(Column left, Column right) {
    double[] values = left.values().clone();
    FloatHistogram[] histograms = new FloatHistogram[values.length];
    boolean any = false;
    for (int step = 0; step < values.length; step++) {
      boolean inRight = right.isPresent(step);
      if (inRight && left.isPresent(step)) {
        throw new EvaluationException(EvaluationException.SAME_LABELS);
      }
      values[step] = inRight ? right.values()[step] : values[step];
      histograms[step] = inRight ? right.histogram(step) : left.histogram(step);
      any |= histograms[step] != null;
    }
    return new Column(left.labels(), left.nameless(), values, any ? histograms : null);
  }
}
