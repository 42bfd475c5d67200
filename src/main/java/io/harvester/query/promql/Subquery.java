// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

import java.util.Optional;

/**
 * Evaluates an instant vector or scalar at each step of a range.
 *
 * @param step empty: the default evaluation interval
 */
public record Subquery(
    Expr expr,
    DurationExpr range,
    Optional<DurationExpr> step,
    Modifier modifier,
    Position position)
    implements Expr {
  @Override
  public ValueType type() {
    return ValueType.MATRIX;
  }
}
