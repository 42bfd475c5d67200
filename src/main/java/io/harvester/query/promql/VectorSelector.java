// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

import io.harvester.read.Matcher;
import java.util.List;
import java.util.Optional;

/**
 * Selects the newest sample of each matching series.
 *
 * @param name the metric name before the braces; empty: none. It is also a matcher.
 * @param matchers all conditions, the name's included
 */
public record VectorSelector(
    Optional<String> name, List<Matcher> matchers, Modifier modifier, Position position)
    implements Expr {
  @Override
  public ValueType type() {
    return ValueType.VECTOR;
  }
}
