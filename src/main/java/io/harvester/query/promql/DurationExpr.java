// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

/** A duration, written as a literal or computed from others. Plain numbers are seconds. */
public sealed interface DurationExpr {
  /**
   * A literal.
   *
   * @param seconds its value
   * @param duration whether it is written as a duration, such as {@code 5m}
   */
  record Literal(double seconds, boolean duration) implements DurationExpr {}

  /** A duration with a sign. */
  record Signed(boolean negative, DurationExpr operand) implements DurationExpr {}

  /** A duration in parentheses. */
  record Parens(DurationExpr inner) implements DurationExpr {}

  /** Two durations and one of the operators + - * / % ^. */
  record Arithmetic(Operator operator, DurationExpr left, DurationExpr right)
      implements DurationExpr {}
}
