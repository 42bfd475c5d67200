// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.operators;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Grid;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.promql.Operator;
import io.harvester.query.promql.VectorMatching;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** {@code and}, {@code or} and {@code unless}: which steps of which series remain. */
public final class SetOperators {
  private SetOperators() {}

  /** The columns that remain; some may have the same labels. */
  public static List<Column> apply(
      Operator operator,
      List<Column> left,
      List<Column> right,
      VectorMatching matching,
      Grid grid) {
    Signatures signatures = new Signatures(matching);
    int[] lefts = signatures.of(left);
    int[] rights = signatures.of(right);
    if (operator == Operator.OR) {
      BitSet[] present = presence(left, lefts, signatures.count(), grid.count());
      List<Column> result = new ArrayList<>(left);
      addMasked(right, rights, present, false, grid, result);
      return result;
    }
    BitSet[] present = presence(right, rights, signatures.count(), grid.count());
    List<Column> result = new ArrayList<>();
    addMasked(left, lefts, present, operator == Operator.AND, grid, result);
    return result;
  }

  /** Per signature, the steps at which a column has a sample; null: none has it. */
  private static BitSet[] presence(List<Column> columns, int[] signatures, int count, int steps) {
    BitSet[] present = new BitSet[count];
    for (int i = 0; i < signatures.length; i++) {
      BitSet bits = present[signatures[i]];
      if (bits == null) {
        bits = new BitSet(steps);
        present[signatures[i]] = bits;
      }
      Column column = columns.get(i);
      for (int step = 0; step < steps; step++) {
        if (column.isPresent(step)) {
          bits.set(step);
        }
      }
    }
    return present;
  }

  private static void addMasked(
      List<Column> columns,
      int[] signatures,
      BitSet[] present,
      boolean wanted,
      Grid grid,
      List<Column> result) {
    for (int i = 0; i < signatures.length; i++) {
      BitSet bits = present[signatures[i]];
      int set = bits == null ? 0 : bits.cardinality();
      if (set == (wanted ? grid.count() : 0)) {
        result.add(columns.get(i));
      } else if (set != (wanted ? 0 : grid.count())) {
        Column masked = masked(columns.get(i), bits, wanted);
        if (masked.isPresent()) {
          result.add(masked);
        }
      }
    }
  }

  private static Column masked(Column column, BitSet bits, boolean wanted) {
    double[] values = column.values().clone();
    FloatHistogram[] histograms = column.histograms() == null ? null : column.histograms().clone();
    for (int step = 0; step < values.length; step++) {
      if (bits.get(step) != wanted) {
        values[step] = Column.ABSENT;
        if (histograms != null) {
          histograms[step] = null;
        }
      }
    }
    return new Column(column.labels(), column.nameless(), values, histograms);
  }
}
