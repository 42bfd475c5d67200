// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.promql.Aggregation;
import io.harvester.query.value.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The groups of an aggregation: which series belongs to which one. */
public final class Groups {
  private final int[] numbers;
  private final List<Labels> labels = new ArrayList<>();

  private Groups(int series) {
    numbers = new int[series];
  }

  /** The groups of columns, in the order of their first ones. */
  public static Groups of(List<Column> columns, Aggregation aggregation) {
    Groups groups = new Groups(columns.size());
    if (!aggregation.without() && aggregation.grouping().isEmpty()) {
      if (!columns.isEmpty()) {
        groups.labels.add(Labels.EMPTY);
      }
      return groups;
    }
    List<String> without = without(aggregation);
    Map<Labels, Integer> known = new HashMap<>();
    for (int i = 0; i < groups.numbers.length; i++) {
      Labels all = columns.get(i).labels();
      Labels own = aggregation.without() ? all.without(without) : all.only(aggregation.grouping());
      groups.numbers[i] =
          known.computeIfAbsent(
              own,
              added -> {
                groups.labels.add(added);
                return groups.labels.size() - 1;
              });
    }
    return groups;
  }

  /** The labels that a grouping by {@code without} leaves out. */
  static List<String> without(Aggregation aggregation) {
    List<String> names = new ArrayList<>(aggregation.grouping());
    names.add(Labels.METRIC_NAME);
    return names;
  }

  /** Number of groups. */
  public int count() {
    return labels.size();
  }

  /** The number of a series' group. */
  public int of(int series) {
    return numbers[series];
  }

  /** The labels of a group. */
  public Labels labels(int group) {
    return labels.get(group);
  }
}
