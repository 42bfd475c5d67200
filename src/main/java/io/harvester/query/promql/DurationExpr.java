// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

/** A duration, written as a literal or computed from others. Plain numbers are seconds. */
public sealed interface DurationExpr {
  /** Where it stands in the text, without parentheses around it. */
  Position position();

  /**
   * A literal.
   *
   * @param seconds its value, the sign included
   * @param duration whether it is written as a duration, such as {@code 5m}
   */
  record Literal(double seconds, boolean duration, Position position) implements DurationExpr {
    /** A literal of no text. */
    public Literal(double seconds, boolean duration) {
      this(seconds, duration, new Position(0, 0));
    }
  }

  /** A duration with a sign. The parser makes none of a literal, and none of a plus. */
  record Signed(boolean negative, DurationExpr operand, Position position)
      implements DurationExpr {}

  /** A computed duration in parentheses. The parser makes none of a literal. */
  record Parens(DurationExpr inner) implements DurationExpr {
    @Override
    public Position position() {
      return inner.position();
    }
  }

  /** Two durations and one of the operators + - * / % ^. */
  record Arithmetic(Operator operator, DurationExpr left, DurationExpr right)
      implements DurationExpr {
    @Override
    public Position position() {
      return left.position().to(right.position());
    }
  }
}
