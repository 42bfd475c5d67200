// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

/**
 * An expression with a sign.
 *
 * @param negative whether the sign is a minus
 */
public record Unary(boolean negative, Expr expr, Position position) implements Expr {
  @Override
  public ValueType type() {
    return expr.type();
  }
}
