// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

import java.util.List;
import java.util.Optional;

/**
 * Aggregates a vector over groups of its series.
 *
 * @param parameter of {@code topk}, {@code quantile}, {@code count_values} and their like
 * @param grouping labels of {@code by} or {@code without}
 * @param without whether the grouping names the labels that are left out
 */
public record Aggregation(
    Aggregator aggregator,
    Expr expr,
    Optional<Expr> parameter,
    List<String> grouping,
    boolean without,
    Position position)
    implements Expr {
  @Override
  public ValueType type() {
    return ValueType.VECTOR;
  }
}
