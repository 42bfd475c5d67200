// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

/** An expression in parentheses. */
public record Paren(Expr expr, Position position) implements Expr {
  @Override
  public ValueType type() {
    return expr.type();
  }
}
