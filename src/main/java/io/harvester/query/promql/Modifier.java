// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

import java.util.Optional;

/**
 * Moves the time at which a selector or subquery is evaluated.
 *
 * @param offset how far back; negative: forward; empty: not given
 * @param at the fixed time of {@code @}; empty: not given
 */
public record Modifier(Optional<DurationExpr> offset, Optional<At> at) {
  /** Neither an offset nor a fixed time. */
  public static final Modifier NONE = new Modifier(Optional.empty(), Optional.empty());

  /** The fixed time of {@code @}. */
  public sealed interface At {
    /** {@code @ <timestamp>}, ms since the epoch. */
    record Time(long millis) implements At {}

    /** {@code @ start()}. */
    record Start() implements At {}

    /** {@code @ end()}. */
    record End() implements At {}
  }
}
