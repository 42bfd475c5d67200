// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.operators;

import io.harvester.query.functions.Column;
import io.harvester.query.promql.VectorMatching;
import io.harvester.query.value.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers for the labels by which series of two vectors are paired. */
final class Signatures {
  private final boolean on;
  private final List<String> names;
  private final Map<Labels, Integer> numbers = new HashMap<>();

  Signatures(VectorMatching matching) {
    on = matching.on();
    names = new ArrayList<>(matching.labels());
    if (!on) {
      names.add(Labels.METRIC_NAME);
    }
  }

  /** The labels that count. */
  Labels labels(Labels labels) {
    return on ? labels.only(names) : labels.without(names);
  }

  /** The number of each column. */
  int[] of(List<Column> columns) {
    int[] signatures = new int[columns.size()];
    for (int i = 0; i < signatures.length; i++) {
      signatures[i] =
          numbers.merge(labels(columns.get(i).labels()), numbers.size(), (known, added) -> known);
    }
    return signatures;
  }

  /** How many there are. */
  int count() {
    return numbers.size();
  }
}
