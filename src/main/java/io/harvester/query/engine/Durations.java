// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.engine.QueryException.Kind;
import io.harvester.query.functions.MathFunctions;
import io.harvester.query.promql.DurationExpr;
import io.harvester.query.promql.Modifier;
import java.util.Optional;

/** Computes durations, in ms. */
final class Durations {
  private static final double NANOS = 1e9;

  private Durations() {}

  /** A range or step, which is greater than 0. */
  static long length(DurationExpr expr) {
    long millis = millis(expr);
    if (seconds(expr) <= 0) {
      throw new QueryFailure(Kind.BAD_DATA, "duration must be greater than 0");
    }
    return millis;
  }

  /** The offset of a selector or subquery; 0 if there is none. */
  static long offset(Modifier modifier) {
    Optional<DurationExpr> offset = modifier.offset();
    return offset.isPresent() ? millis(offset.get()) : 0;
  }

  private static long millis(DurationExpr expr) {
    double seconds = seconds(expr);
    if (!(Math.abs(seconds) < 0x1p63)) {
      throw new QueryFailure(Kind.BAD_DATA, "duration is out of range");
    }
    if (isLiteral(expr)) {
      return Math.round(seconds * NANOS) / 1_000_000;
    }
    return (long) (seconds * 1000);
  }

  private static boolean isLiteral(DurationExpr expr) {
    return expr instanceof DurationExpr.Literal
        || expr instanceof DurationExpr.Signed signed && isLiteral(signed.operand());
  }

  private static double seconds(DurationExpr expr) {
    if (expr instanceof DurationExpr.Literal literal) {
      return literal.seconds();
    }
    if (expr instanceof DurationExpr.Signed signed) {
      double seconds = seconds(signed.operand());
      return signed.negative() ? -seconds : seconds;
    }
    if (expr instanceof DurationExpr.Parens parens) {
      return seconds(parens.inner());
    }
    DurationExpr.Arithmetic arithmetic = (DurationExpr.Arithmetic) expr;
    double left = seconds(arithmetic.left());
    double right = seconds(arithmetic.right());
    return switch (arithmetic.operator()) {
      case ADD -> left + right;
      case SUB -> left - right;
      case MUL -> left * right;
      case DIV -> left / divisor(right, "division by zero");
      case MOD -> left % divisor(right, "modulo by zero");
      case POW -> MathFunctions.pow(left, right);
      default ->
          throw new QueryFailure(
              Kind.BAD_DATA,
              "unexpected duration expression operator " + arithmetic.operator().text());
    };
  }

  private static double divisor(double divisor, String message) {
    if (divisor == 0) {
      throw new QueryFailure(Kind.BAD_DATA, message);
    }
    return divisor;
  }
}
