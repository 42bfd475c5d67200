// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.value;

import java.util.List;

/** The value of an expression. Times are ms since the epoch. */
public sealed interface QueryResult {
  /** One number. */
  record Scalar(long time, double value) implements QueryResult {}

  /** A text. */
  record Text(long time, String value) implements QueryResult {}

  /** One sample per series, in the order of the result. */
  record Vector(List<VectorSample> samples) implements QueryResult {}

  /** Series, sorted by labels. */
  record Matrix(List<ResultSeries> series) implements QueryResult {}
}
