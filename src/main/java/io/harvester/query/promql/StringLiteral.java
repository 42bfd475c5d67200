// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

/** A text in quotes. */
public record StringLiteral(String value, Position position) implements Expr {
  @Override
  public ValueType type() {
    return ValueType.STRING;
  }
}
