// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

import java.util.List;

/** A call of a function. The number and types of the arguments fit its signature. */
public record Call(Function function, List<Expr> arguments, Position position) implements Expr {
  @Override
  public ValueType type() {
    return function.returnType();
  }
}
