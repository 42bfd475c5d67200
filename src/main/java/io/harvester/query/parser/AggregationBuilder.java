// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.promql.Aggregation;
import io.harvester.query.promql.Aggregator;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.Position;
import io.harvester.query.promql.PromqlException;
import java.util.List;
import java.util.Optional;

/** Puts the parts of an aggregation together, whose grouping stands before or after the rest. */
final class AggregationBuilder {
  private final TokenStream tokens;
  private final Token operator;
  private List<String> grouping = List.of();
  private boolean without;
  private List<Expr> arguments = List.of();
  private Position end;

  AggregationBuilder(TokenStream tokens, Token operator) {
    this.tokens = tokens;
    this.operator = operator;
    this.end = operator.position();
  }

  void grouping(Token keyword, SelectorParser.Labels labels) {
    without = keyword.kind() == Kind.WITHOUT;
    grouping = labels.names();
    end = labels.end();
  }

  void arguments(List<Expr> expressions, Position rightParen) {
    arguments = expressions;
    end = rightParen;
  }

  Aggregation build(boolean experimental) throws PromqlException {
    Aggregator aggregator = operator.kind().aggregator();
    Position position = operator.position().to(end);
    if (arguments.isEmpty()) {
      throw tokens.error(position, "no arguments for aggregate expression provided");
    }
    if (aggregator.isExperimental() && !experimental) {
      throw tokens.error(
          position,
          aggregator.text()
              + "() is experimental and must be enabled with"
              + " --enable-feature=promql-experimental-functions");
    }
    int expected = aggregator.hasParameter() ? 2 : 1;
    if (arguments.size() != expected) {
      throw tokens.error(
          position,
          "wrong number of arguments for aggregate expression provided, expected "
              + expected
              + ", got "
              + arguments.size());
    }
    return new Aggregation(
        aggregator,
        arguments.get(expected - 1),
        expected == 2 ? Optional.of(arguments.get(0)) : Optional.empty(),
        grouping,
        without,
        position);
  }
}
