// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

/** An expression of PromQL. */
public sealed interface Expr
    permits Aggregation,
        Binary,
        Call,
        MatrixSelector,
        NumberLiteral,
        Paren,
        StringLiteral,
        Subquery,
        Unary,
        VectorSelector {
  /** What the expression evaluates to. */
  ValueType type();

  /** Where it stands in the text. */
  Position position();
}
