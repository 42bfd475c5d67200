// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

import java.util.Optional;

/**
 * Two expressions and an operator.
 *
 * @param returnBool whether a comparison returns 0 or 1 instead of filtering
 * @param matching how series of both sides are paired; empty unless both are vectors
 */
public record Binary(
    Operator operator,
    Expr left,
    Expr right,
    boolean returnBool,
    Optional<VectorMatching> matching,
    Position position)
    implements Expr {
  @Override
  public ValueType type() {
    return left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR
        ? ValueType.SCALAR
        : ValueType.VECTOR;
  }
}
