// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

import io.harvester.query.histogram.FloatHistogram;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The order of an instant vector. In a range query there is none. */
public final class SortFunctions {
  private SortFunctions() {}

  /** The floats by value, NaN last. */
  public static List<Column> byValue(List<Column> columns, Grid grid, boolean descending) {
    List<Column> floats = new ArrayList<>(columns.size());
    for (Column column : columns) {
      if (column.histograms() != null) {
        FloatHistogram[] none = null;
        column = new Column(column.labels(), column.nameless(), column.values(), none);
        if (!column.isPresent()) {
          continue;
        }
      }
      floats.add(column);
    }
    if (grid.count() != 1) {
      return floats;
    }
    Ranking ranking = new Ranking(descending);
    List<Column> sorted = new ArrayList<>(floats.size());
    for (int i = 0; i < floats.size(); i++) {
      ranking.append(i, floats.get(i).values()[0]);
    }
    ranking.sort();
    for (int i = 0; i < floats.size(); i++) {
      sorted.add(floats.get(ranking.item(i)));
    }
    return sorted;
  }

  /** By the values of labels, then by all labels. */
  public static List<Column> byLabels(
      List<Column> columns, List<String> names, boolean descending) {
    Comparator<Column> order = (left, right) -> compare(left, right, names);
    List<Column> sorted = new ArrayList<>(columns);
    sorted.sort(descending ? order.reversed() : order);
    return sorted;
  }

  private static int compare(Column left, Column right, List<String> names) {
    for (String name : names) {
      String l = left.labels().value(name);
      String r = right.labels().value(name);
      if (!l.equals(r)) {
        return NaturalOrder.isLess(l, r) ? -1 : 1;
      }
    }
    return left.labels().compareTo(right.labels());
  }
}
