// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.operators;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.EvaluationException;
import io.harvester.query.functions.Naming;
import io.harvester.query.operators.ElementOperator.Side;
import io.harvester.query.promql.VectorMatching;
import io.harvester.query.promql.VectorMatching.Cardinality;
import io.harvester.query.value.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pairs the series of two vectors and applies an operator to each pair. Pairs are found once for
 * all steps; at each step, a pair counts if both of its series have a sample.
 */
public final class VectorJoin {
  private final ElementOperator operator;
  private final VectorMatching matching;
  private final Naming naming;
  private final boolean swapped;
  private final Signatures signatures;
  private final Runnable hold;

  /** A pair of columns at which matching may fail: the first such step, and why. */
  private int failedStep = Integer.MAX_VALUE;

  private String failure;

  /**
   * A join.
   *
   * @param hold called for each column of the result
   */
  public VectorJoin(
      ElementOperator operator, VectorMatching matching, Naming naming, Runnable hold) {
    this.hold = hold;
    this.operator = operator;
    this.matching = matching;
    this.naming = naming;
    this.swapped = matching.cardinality() == Cardinality.ONE_TO_MANY;
    this.signatures = new Signatures(matching);
  }

  /** The results of all pairs; some may have the same labels. */
  public List<Column> apply(List<Column> left, List<Column> right) {
    if (left.isEmpty() || right.isEmpty()) {
      return List.of();
    }
    List<Column> many = swapped ? right : left;
    List<Column> one = swapped ? left : right;
    int[] manySignatures = signatures.of(many);
    int[] oneSignatures = signatures.of(one);
    List<List<Column>> ones = bySignature(one, oneSignatures);
    refuseDuplicates(many, one, oneSignatures, ones);
    refuseIfFailed();
    List<Column> results = new ArrayList<>();
    Map<Integer, Map<Labels, boolean[]>> taken = new HashMap<>();
    List<List<Column>> manys = bySignature(many, manySignatures);
    for (int i = 0; i < manySignatures.length; i++) {
      int signature = manySignatures[i];
      boolean alone = manys.get(signature).size() == 1 && ones.get(signature).size() == 1;
      for (Column partner : ones.get(signature)) {
        Column result = pair(many.get(i), partner);
        if (result != null) {
          if (!alone) {
            checkUnique(result, taken.computeIfAbsent(signature, none -> new HashMap<>()));
          }
          hold.run();
          results.add(result);
        }
      }
    }
    refuseIfFailed();
    return results;
  }

  private void refuseIfFailed() {
    if (failure != null) {
      throw new EvaluationException(failure);
    }
  }

  private List<List<Column>> bySignature(List<Column> columns, int[] numbers) {
    List<List<Column>> lists = new ArrayList<>();
    for (int i = 0; i < signatures.count(); i++) {
      lists.add(List.of());
    }
    for (int i = 0; i < numbers.length; i++) {
      List<Column> list = lists.get(numbers[i]);
      if (list.isEmpty()) {
        lists.set(numbers[i], List.of(columns.get(i)));
      } else {
        list = list.size() == 1 ? new ArrayList<>(list) : list;
        list.add(columns.get(i));
        lists.set(numbers[i], list);
      }
    }
    return lists;
  }

  private Column pair(Column ofMany, Column ofOne) {
    Labels labels = labels(ofMany.labels(), ofOne.labels());
    boolean nameless = operator.returnsBool();
    Side many = Side.of(ofMany);
    Side one = Side.of(ofOne);
    return swapped
        ? operator.apply(labels, nameless, one, many, false)
        : operator.apply(labels, nameless, many, one, false);
  }

  private Labels labels(Labels many, Labels one) {
    Labels base = many;
    if (operator.changesMeaning()) {
      base = base.withoutMetricName();
    }
    if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
      base = matching.on() ? base.only(matching.labels()) : base.without(matching.labels());
    }
    if (!matching.include().isEmpty()) {
      Labels.Builder included = base.change();
      matching.include().forEach(name -> included.set(name, one.value(name)));
      base = included.build();
    }
    return operator.returnsBool() ? naming.drop(base) : base;
  }

  /** Of the side that must have one series per signature, no two may have a sample at one step. */
  private void refuseDuplicates(
      List<Column> many, List<Column> one, int[] oneSignatures, List<List<Column>> ones) {
    boolean[] needed = null;
    Map<Integer, Column[]> firsts = new HashMap<>();
    for (int i = 0; i < oneSignatures.length; i++) {
      if (ones.get(oneSignatures[i]).size() == 1) {
        continue;
      }
      needed = needed == null ? presence(many) : needed;
      int steps = needed.length;
      Column[] first = firsts.computeIfAbsent(oneSignatures[i], none -> new Column[steps]);
      Column column = one.get(i);
      for (int step = 0; step < Math.min(steps, failedStep); step++) {
        if (needed[step] && column.isPresent(step)) {
          if (first[step] != null) {
            failedStep = step;
            failure = duplicates(column.labels(), first[step].labels());
          }
          first[step] = column;
        }
      }
    }
  }

  private static boolean[] presence(List<Column> columns) {
    boolean[] present = new boolean[columns.get(0).values().length];
    for (Column column : columns) {
      for (int step = 0; step < present.length; step++) {
        present[step] |= column.isPresent(step);
      }
    }
    return present;
  }

  private String duplicates(Labels labels, Labels others) {
    return "found duplicate series for the match group "
        + signatures.labels(labels)
        + " on the "
        + (swapped ? "left" : "right")
        + " hand-side of the operation: ["
        + labels
        + ", "
        + others
        + "];many-to-many matching not allowed: matching labels must be unique on one side";
  }

  /** The results of a signature must differ in their labels, or there must be only one. */
  private void checkUnique(Column result, Map<Labels, boolean[]> taken) {
    boolean oneToOne = matching.cardinality() == Cardinality.ONE_TO_ONE;
    int steps = result.values().length;
    boolean[] takenSteps =
        taken.computeIfAbsent(
            oneToOne ? Labels.EMPTY : result.labels(), none -> new boolean[steps]);
    for (int step = 0; step < Math.min(steps, failedStep); step++) {
      if (result.isPresent(step)) {
        if (takenSteps[step]) {
          failedStep = step;
          failure =
              oneToOne
                  ? "multiple matches for labels: many-to-one matching must be explicit"
                      + " (group_left/group_right)"
                  : "multiple matches for labels: grouping labels must ensure unique matches";
        }
        takenSteps[step] = true;
      }
    }
  }
}
