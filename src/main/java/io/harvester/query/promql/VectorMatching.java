// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

import java.util.List;

/**
 * How the series of two vectors are paired.
 *
 * @param on whether only the labels given count, else all others
 * @param labels labels of {@code on} or {@code ignoring}
 * @param include further labels of the side with one series, which the result takes over
 */
public record VectorMatching(
    Cardinality cardinality, boolean on, List<String> labels, List<String> include) {
  /** How many series of each side may match one of the other. */
  public enum Cardinality {
    /** One of each. */
    ONE_TO_ONE,
    /** Many of the left side: {@code group_left}. */
    MANY_TO_ONE,
    /** Many of the right side: {@code group_right}. */
    ONE_TO_MANY,
    /** Many of both: the set operators. */
    MANY_TO_MANY
  }
}
