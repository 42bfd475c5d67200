// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

/** Selects the samples of each matching series within a range that ends at the evaluated time. */
public record MatrixSelector(VectorSelector selector, DurationExpr range, Position position)
    implements Expr {
  @Override
  public ValueType type() {
    return ValueType.MATRIX;
  }
}
