// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.corpus;

import io.harvester.query.promql.Aggregation;
import io.harvester.query.promql.Binary;
import io.harvester.query.promql.Call;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.MatrixSelector;
import io.harvester.query.promql.Modifier;
import io.harvester.query.promql.Paren;
import io.harvester.query.promql.Subquery;
import io.harvester.query.promql.Unary;
import io.harvester.query.promql.VectorSelector;
import java.util.Optional;
import java.util.Set;

/**
 * Fixes the time of every selector by {@code @}, so that the time of evaluation does not matter.
 */
final class AtModifiers {
  private static final Set<String> OF_TIME =
      Set.of(
          "days_in_month",
          "day_of_month",
          "day_of_week",
          "day_of_year",
          "hour",
          "minute",
          "month",
          "year",
          "predict_linear",
          "time",
          "timestamp");

  private final long time;

  /** Whether a function was met whose result depends on the time of evaluation all the same. */
  private boolean ofTime;

  private AtModifiers(long time) {
    this.time = time;
  }

  /** The expression at a fixed time; empty: there is none. */
  static Optional<Expr> fix(Expr expr, long time) {
    AtModifiers modifiers = new AtModifiers(time);
    Expr fixed = modifiers.fixed(expr);
    return modifiers.ofTime ? Optional.empty() : Optional.of(fixed);
  }

  private Expr fixed(Expr expr) {
    if (expr instanceof VectorSelector selector) {
      return selector(selector);
    } else if (expr instanceof MatrixSelector matrix) {
      return new MatrixSelector(selector(matrix.selector()), matrix.range(), matrix.position());
    } else if (expr instanceof Subquery subquery) {
      return subquery.modifier().at().isPresent()
          ? subquery
          : new Subquery(
              subquery.expr(),
              subquery.range(),
              subquery.step(),
              at(subquery.modifier()),
              subquery.position());
    } else if (expr instanceof Aggregation aggregation) {
      return new Aggregation(
          aggregation.aggregator(),
          fixed(aggregation.expr()),
          aggregation.parameter().map(this::fixed),
          aggregation.grouping(),
          aggregation.without(),
          aggregation.position());
    } else if (expr instanceof Binary binary) {
      return new Binary(
          binary.operator(),
          fixed(binary.left()),
          fixed(binary.right()),
          binary.returnBool(),
          binary.matching(),
          binary.position());
    } else if (expr instanceof Call call) {
      ofTime |= OF_TIME.contains(call.function().name());
      return new Call(
          call.function(), call.arguments().stream().map(this::fixed).toList(), call.position());
    } else if (expr instanceof Paren paren) {
      return new Paren(fixed(paren.expr()), paren.position());
    } else if (expr instanceof Unary unary) {
      return new Unary(unary.negative(), fixed(unary.expr()), unary.position());
    }
    return expr;
  }

  private VectorSelector selector(VectorSelector selector) {
    return selector.modifier().at().isPresent()
        ? selector
        : new VectorSelector(
            selector.name(), selector.matchers(), at(selector.modifier()), selector.position());
  }

  private Modifier at(Modifier modifier) {
    return new Modifier(modifier.offset(), Optional.of(new Modifier.At.Time(time)));
  }
}
