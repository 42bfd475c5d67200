// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import static io.harvester.query.promql.ValueType.SCALAR;
import static io.harvester.query.promql.ValueType.VECTOR;

import io.harvester.query.parser.TypeCheck.Typed;
import io.harvester.query.promql.Binary;
import io.harvester.query.promql.Operator;
import io.harvester.query.promql.Position;
import io.harvester.query.promql.PromqlException;
import io.harvester.query.promql.ValueType;
import io.harvester.query.promql.VectorMatching;
import io.harvester.query.promql.VectorMatching.Cardinality;
import io.harvester.query.text.GoText;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Checks an operator between two checked expressions. */
final class BinaryCheck {
  private final TokenStream tokens;

  BinaryCheck(TokenStream tokens) {
    this.tokens = tokens;
  }

  /** The expression; where both sides are vectors, with their matching, else without. */
  Typed check(Binary binary, Typed left, Typed right) throws PromqlException {
    VectorMatching matching = binary.matching().orElseThrow();
    checkOperator(binary, left.type(), right.type(), matching);
    checkOperand(left);
    checkOperand(right);
    boolean vectors = left.type() == VECTOR && right.type() == VECTOR;
    if (!vectors && !matching.labels().isEmpty()) {
      throw tokens.error(binary.position(), "vector matching only allowed between instant vectors");
    }
    if (binary.operator().isSet()) {
      matching = checkSet(binary, vectors, matching);
    }
    Binary checked =
        new Binary(
            binary.operator(),
            left.expr(),
            right.expr(),
            binary.returnBool(),
            vectors ? Optional.of(matching) : Optional.empty(),
            binary.position());
    boolean scalars = left.type() == SCALAR && right.type() == SCALAR;
    return new Typed(checked, scalars ? SCALAR : VECTOR);
  }

  private void checkOperator(
      Binary binary, ValueType left, ValueType right, VectorMatching matching)
      throws PromqlException {
    Operator operator = binary.operator();
    if (binary.returnBool() && !operator.isComparison()) {
      throw tokens.error(
          operatorPosition(binary), "bool modifier can only be used on comparison operators");
    }
    boolean scalars = left == SCALAR && right == SCALAR;
    if (operator.isComparison() && !binary.returnBool() && scalars) {
      throw tokens.error(
          operatorPosition(binary), "comparisons between scalars must use BOOL modifier");
    }
    Set<String> include = matching.on() ? new HashSet<>(matching.include()) : Set.of();
    for (String label : matching.labels()) {
      if (include.contains(label)) {
        throw tokens.error(
            operatorPosition(binary),
            "label " + GoText.quote(label) + " must not occur in ON and GROUP clause at once");
      }
    }
  }

  private Position operatorPosition(Binary binary) {
    int start = tokens.skipSpaces(binary.left().position().end());
    return new Position(start, start);
  }

  private void checkOperand(Typed operand) throws PromqlException {
    if (operand.type() != SCALAR && operand.type() != VECTOR) {
      throw tokens.error(
          operand.expr().position(),
          "binary expression must contain only scalar and instant vector types");
    }
  }

  private VectorMatching checkSet(Binary binary, boolean vectors, VectorMatching matching)
      throws PromqlException {
    String operator = GoText.quote(binary.operator().text());
    if (!vectors) {
      throw tokens.error(
          binary.position(),
          "set operator " + operator + " not allowed in binary scalar expression");
    }
    if (matching.cardinality() != Cardinality.ONE_TO_ONE) {
      throw tokens.error(binary.position(), "no grouping allowed for " + operator + " operation");
    }
    return new VectorMatching(
        Cardinality.MANY_TO_MANY, matching.on(), matching.labels(), matching.include());
  }
}
