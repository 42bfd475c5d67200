// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Grid;
import io.harvester.query.operators.Duplicates;
import io.harvester.query.operators.ElementOperator;
import io.harvester.query.operators.ElementOperator.Side;
import io.harvester.query.operators.SetOperators;
import io.harvester.query.operators.VectorJoin;
import io.harvester.query.promql.Binary;
import io.harvester.query.value.Labels;
import java.util.ArrayList;
import java.util.List;

/** Expressions with a binary operator. */
final class BinaryOperators {
  private final Evaluator evaluator;
  private final Evaluator.Context context;

  BinaryOperators(Evaluator evaluator, Evaluator.Context context) {
    this.evaluator = evaluator;
    this.context = context;
  }

  /** The value of an expression. */
  Value eval(Binary binary, Grid grid) {
    Value left = evaluator.eval(binary.left(), grid);
    Value right = evaluator.eval(binary.right(), grid);
    ElementOperator operator = new ElementOperator(binary, context.notes());
    if (left instanceof Value.Scalar leftScalar && right instanceof Value.Scalar rightScalar) {
      return new Value.Scalar(operator.scalars(leftScalar.values(), rightScalar.values()));
    }
    List<Column> result;
    if (left instanceof Value.Scalar scalar) {
      result = withScalar(operator, columns(right), scalar.values(), true, grid);
    } else if (right instanceof Value.Scalar scalar) {
      result = withScalar(operator, columns(left), scalar.values(), false, grid);
    } else {
      result = vectors(binary, operator, columns(left), columns(right), grid);
    }
    return new Value.Vector(Duplicates.merge(result, grid, context.naming()));
  }

  private static List<Column> columns(Value value) {
    return ((Value.Vector) value).columns();
  }

  private List<Column> vectors(
      Binary binary, ElementOperator operator, List<Column> left, List<Column> right, Grid grid) {
    var matching = binary.matching().orElseThrow();
    if (binary.operator().isSet()) {
      context.budget().hold((long) left.size() + right.size(), grid.count());
      return SetOperators.apply(binary.operator(), left, right, matching, grid);
    }
    return new VectorJoin(
            operator, matching, context.naming(), () -> context.budget().hold(1, grid.count()))
        .apply(left, right);
  }

  private List<Column> withScalar(
      ElementOperator operator,
      List<Column> columns,
      double[] scalar,
      boolean scalarIsLeft,
      Grid grid) {
    context.budget().hold(columns.size(), grid.count());
    boolean nameless = operator.changesMeaning() || operator.returnsBool();
    Side number = Side.of(scalar);
    List<Column> result = new ArrayList<>(columns.size());
    for (Column column : columns) {
      evaluator.checkSometimes(result.size());
      Labels labels = nameless ? context.naming().drop(column.labels()) : column.labels();
      boolean dropped = nameless || column.nameless();
      Side side = Side.of(column);
      Column computed =
          scalarIsLeft
              ? operator.apply(labels, dropped, number, side, true)
              : operator.apply(labels, dropped, side, number, false);
      if (computed != null) {
        result.add(computed);
      }
    }
    return result;
  }
}
