// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

/** Computes durations (promql/durations.go). */
public final class Durations {
  private static final double NANOS = 1e9;
  private static final double MAX_SECONDS = 0x1p63 / NANOS;

  private Durations() {}

  /**
   * The duration of a range or step, in ms.
   *
   * @throws PromqlException if it is not above zero or too long, or divides by zero
   */
  public static long positiveMillis(DurationExpr duration) throws PromqlException {
    return millis(duration, false);
  }

  /**
   * An offset in ms, which may be negative.
   *
   * @throws PromqlException if it is too long or divides by zero
   */
  public static long offsetMillis(DurationExpr duration) throws PromqlException {
    return millis(duration, true);
  }

  /**
   * Computes every duration of an expression, so that evaluation meets no error in them.
   *
   * @throws PromqlException the first error
   */
  public static void check(Expr expr) throws PromqlException {
    if (expr instanceof VectorSelector selector) {
      checkOffset(selector.modifier());
    } else if (expr instanceof MatrixSelector matrix) {
      positiveMillis(matrix.range());
      check(matrix.selector());
    } else if (expr instanceof Subquery subquery) {
      checkSubquery(subquery);
    } else if (expr instanceof Aggregation aggregation) {
      check(aggregation.expr());
      if (aggregation.parameter().isPresent()) {
        check(aggregation.parameter().get());
      }
    } else if (expr instanceof Binary binary) {
      check(binary.left());
      check(binary.right());
    } else if (expr instanceof Call call) {
      for (Expr argument : call.arguments()) {
        check(argument);
      }
    } else if (expr instanceof Paren paren) {
      check(paren.expr());
    } else if (expr instanceof Unary unary) {
      check(unary.expr());
    }
  }

  private static void checkSubquery(Subquery subquery) throws PromqlException {
    checkOffset(subquery.modifier());
    if (subquery.step().isPresent()) {
      positiveMillis(subquery.step().get());
    }
    positiveMillis(subquery.range());
    check(subquery.expr());
  }

  private static void checkOffset(Modifier modifier) throws PromqlException {
    if (modifier.offset().isPresent()) {
      offsetMillis(modifier.offset().get());
    }
  }

  private static long millis(DurationExpr duration, boolean negativeAllowed)
      throws PromqlException {
    if (duration instanceof DurationExpr.Literal literal) {
      return roundedNanos(literal.seconds()) / 1_000_000;
    }
    double seconds = seconds(duration);
    if (seconds <= 0 && !negativeAllowed) {
      throw PromqlException.duration(duration.position(), "duration must be greater than 0");
    }
    if (!(Math.abs(seconds) < MAX_SECONDS)) {
      throw PromqlException.duration(duration.position(), "duration is out of range");
    }
    return (long) (seconds * 1000);
  }

  /** Seconds of a literal in ns, halves away from zero. */
  public static long roundedNanos(double seconds) {
    double nanos = seconds * NANOS;
    double whole = nanos < 0 ? Math.ceil(nanos) : Math.floor(nanos);
    return (long) (Math.abs(nanos - whole) >= 0.5 ? whole + Math.signum(nanos) : whole);
  }

  private static double seconds(DurationExpr duration) throws PromqlException {
    if (duration instanceof DurationExpr.Literal literal) {
      return literal.seconds();
    }
    if (duration instanceof DurationExpr.Parens parens) {
      return seconds(parens.inner());
    }
    if (duration instanceof DurationExpr.Signed signed) {
      double operand = seconds(signed.operand());
      return signed.negative() ? -operand : operand;
    }
    DurationExpr.Arithmetic arithmetic = (DurationExpr.Arithmetic) duration;
    double left = seconds(arithmetic.left());
    double right = seconds(arithmetic.right());
    return switch (arithmetic.operator()) {
      case ADD -> left + right;
      case SUB -> left - right;
      case MUL -> left * right;
      case DIV -> left / divisor(right, arithmetic, "division by zero");
      case MOD -> left % divisor(right, arithmetic, "modulo by zero");
      case POW -> Math.pow(left, right);
      default -> throw new IllegalStateException("no operator of durations: " + arithmetic);
    };
  }

  private static double divisor(double value, DurationExpr whole, String problem)
      throws PromqlException {
    if (value == 0) {
      throw PromqlException.duration(whole.position(), problem);
    }
    return value;
  }
}
