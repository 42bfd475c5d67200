// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.functions.Column;
import java.util.List;

/** The value of an expression at the steps of a grid. */
sealed interface Value {
  /** A number per step. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Scalar(double[] values) implements Value {}

  /** A text. */
  record Text(String text) implements Value {}

  /** A column per series. */
  record Vector(List<Column> columns) implements Value {
    /** No series. */
    static final Vector NONE = new Vector(List.of());
  }
}
