// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

/**
 * A number.
 *
 * @param duration whether it is written as a duration, such as {@code 5m}, and means its seconds
 */
public record NumberLiteral(double value, boolean duration, Position position) implements Expr {
  @Override
  public ValueType type() {
    return ValueType.SCALAR;
  }
}
