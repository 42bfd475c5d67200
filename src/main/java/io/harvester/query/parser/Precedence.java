// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.promql.Operator;

/** How tightly the operators bind. */
final class Precedence {
  /** Of + and -. */
  static final int SUM = 4;

  /** Of ^, the only operator that binds tighter than a sign. */
  static final int POWER = 6;

  private Precedence() {}

  static int of(Operator operator) {
    return switch (operator) {
      case OR -> 1;
      case AND, UNLESS -> 2;
      case EQL, NEQ, GTR, LSS, GTE, LTE -> 3;
      case ADD, SUB -> SUM;
      case MUL, DIV, MOD, ATAN2 -> 5;
      case POW -> POWER;
    };
  }

  /** The lowest precedence that belongs to the right side: ^ alone groups to the right. */
  static int ofRight(Operator operator) {
    return operator == Operator.POW ? POWER : of(operator) + 1;
  }
}
