// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

/** A binary operator. */
public enum Operator {
  /** Addition. */
  ADD("+"),
  /** Subtraction. */
  SUB("-"),
  /** Multiplication. */
  MUL("*"),
  /** Division. */
  DIV("/"),
  /** Remainder. */
  MOD("%"),
  /** Power. */
  POW("^"),
  /** Arc tangent of y and x. */
  ATAN2("atan2"),
  /** Equal. */
  EQL("=="),
  /** Not equal. */
  NEQ("!="),
  /** Greater. */
  GTR(">"),
  /** Less. */
  LSS("<"),
  /** Greater or equal. */
  GTE(">="),
  /** Less or equal. */
  LTE("<="),
  /** Series that both sides have. */
  AND("and"),
  /** Series of either side. */
  OR("or"),
  /** Series that the right side lacks. */
  UNLESS("unless");

  private final String text;

  Operator(String text) {
    this.text = text;
  }

  /** The operator as it is written. */
  public String text() {
    return text;
  }

  /** Whether it compares. */
  public boolean isComparison() {
    return switch (this) {
      case EQL, NEQ, GTR, LSS, GTE, LTE -> true;
      default -> false;
    };
  }

  /** Whether it combines sets of series. */
  public boolean isSet() {
    return this == AND || this == OR || this == UNLESS;
  }
}
