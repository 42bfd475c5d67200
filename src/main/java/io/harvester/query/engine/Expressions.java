// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.engine.QueryException.Kind;
import io.harvester.query.promql.Aggregation;
import io.harvester.query.promql.Binary;
import io.harvester.query.promql.Call;
import io.harvester.query.promql.DurationExpr;
import io.harvester.query.promql.Durations;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.MatrixSelector;
import io.harvester.query.promql.Modifier;
import io.harvester.query.promql.NumberLiteral;
import io.harvester.query.promql.Paren;
import io.harvester.query.promql.Position;
import io.harvester.query.promql.PromqlException;
import io.harvester.query.promql.StringLiteral;
import io.harvester.query.promql.Subquery;
import io.harvester.query.promql.Unary;
import io.harvester.query.promql.VectorSelector;
import java.util.Set;

/** Questions about expressions. */
final class Expressions {
  /** Functions whose results depend on the time of evaluation, whatever their arguments are. */
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

  private Expressions() {}

  /** The expression without parentheses around it. */
  static Expr unwrap(Expr expr) {
    Expr inner = expr;
    while (inner instanceof Paren paren) {
      inner = paren.expr();
    }
    return inner;
  }

  /** The place of an argument in notes: without its parentheses unless it is evaluated once. */
  static Position position(Call call, int argument) {
    Expr expr = call.arguments().get(argument);
    return isInvariant(expr) && !isInvariant(call) ? expr.position() : unwrap(expr).position();
  }

  /** A range or step, in ms. */
  static long length(DurationExpr duration) {
    try {
      return Durations.positiveMillis(duration);
    } catch (PromqlException e) {
      throw new QueryFailure(new QueryException(Kind.BAD_DATA, e.getMessage(), e));
    }
  }

  /** The offset of a selector or subquery, in ms; 0 if there is none. */
  static long offset(Modifier modifier) {
    if (modifier.offset().isEmpty()) {
      return 0;
    }
    try {
      return Durations.offsetMillis(modifier.offset().get());
    } catch (PromqlException e) {
      throw new QueryFailure(new QueryException(Kind.BAD_DATA, e.getMessage(), e));
    }
  }

  /** The text of a string argument. */
  static String text(Expr expr) {
    return ((StringLiteral) unwrap(expr)).value();
  }

  /** Whether the value is the same at all steps. */
  static boolean isInvariant(Expr expr) {
    if (expr instanceof VectorSelector selector) {
      return selector.modifier().at().isPresent();
    }
    if (expr instanceof MatrixSelector matrix) {
      return matrix.selector().modifier().at().isPresent();
    }
    if (expr instanceof Subquery subquery) {
      return subquery.modifier().at().isPresent();
    }
    if (expr instanceof Aggregation aggregation) {
      return isInvariant(aggregation.expr());
    }
    if (expr instanceof Binary binary) {
      return isInvariant(binary.left()) && isInvariant(binary.right());
    }
    if (expr instanceof Call call) {
      return !OF_TIME.contains(call.function().name())
          && call.arguments().stream().allMatch(Expressions::isInvariant);
    }
    if (expr instanceof Paren paren) {
      return isInvariant(paren.expr());
    }
    if (expr instanceof Unary unary) {
      return isInvariant(unary.expr());
    }
    return expr instanceof NumberLiteral || expr instanceof StringLiteral;
  }
}
