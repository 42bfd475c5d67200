// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.parser.TokenStream.Context;
import io.harvester.query.promql.Binary;
import io.harvester.query.promql.Call;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.Function;
import io.harvester.query.promql.Functions;
import io.harvester.query.promql.NumberLiteral;
import io.harvester.query.promql.Operator;
import io.harvester.query.promql.Paren;
import io.harvester.query.promql.Position;
import io.harvester.query.promql.PromqlException;
import io.harvester.query.promql.StringLiteral;
import io.harvester.query.promql.Unary;
import io.harvester.query.promql.VectorMatching;
import io.harvester.query.promql.VectorMatching.Cardinality;
import io.harvester.query.text.GoText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parses expressions, without a check of types. Each method leaves the height of the tree that it
 * returns in {@link #height}.
 */
final class ExpressionParser {
  private static final int LOWEST = 0;

  private final TokenStream tokens;
  private final boolean experimental;
  private final SelectorParser selectors;
  private final SuffixParser suffixes;
  private int nesting;
  private int height;

  ExpressionParser(TokenStream tokens, boolean experimental) {
    this.tokens = tokens;
    this.experimental = experimental;
    this.selectors = new SelectorParser(tokens);
    this.suffixes = new SuffixParser(tokens, experimental);
  }

  /** The expression that is the whole text. */
  Expr whole() throws PromqlException {
    if (tokens.isNext(Kind.END_OF_INPUT)) {
      throw tokens.error(new Position(0, 0), "no expression found in input");
    }
    Expr expr = binary(LOWEST);
    tokens.take(Kind.END_OF_INPUT);
    return expr;
  }

  private Expr binary(int lowest) throws PromqlException {
    tokens.checkNesting(++nesting, tokens.peek().position());
    Expr left = operand();
    while (true) {
      Operator operator = tokens.peek().kind().operator();
      if (operator == null || Precedence.of(operator) < lowest) {
        nesting--;
        return left;
      }
      Token token = tokens.take();
      int leftHeight = height;
      boolean returnBool = takeBool();
      VectorMatching matching = matching();
      Expr right = binary(Precedence.ofRight(operator));
      grow(Math.max(leftHeight, height), token);
      Position position = left.position().to(right.position());
      left = new Binary(operator, left, right, returnBool, Optional.of(matching), position);
    }
  }

  private void grow(int heightOfParts, Token token) throws PromqlException {
    height = heightOfParts + 1;
    tokens.checkHeight(height, token.position());
  }

  private boolean takeBool() throws PromqlException {
    boolean is = tokens.isNext(Kind.BOOL);
    if (is) {
      tokens.take();
    }
    return is;
  }

  private VectorMatching matching() throws PromqlException {
    boolean on = tokens.isNext(Kind.ON);
    if (!on && !tokens.isNext(Kind.IGNORING)) {
      return new VectorMatching(Cardinality.ONE_TO_ONE, false, List.of(), List.of());
    }
    tokens.take();
    List<String> labels = selectors.labels().names();
    boolean left = tokens.isNext(Kind.GROUP_LEFT);
    if (!left && !tokens.isNext(Kind.GROUP_RIGHT)) {
      return new VectorMatching(Cardinality.ONE_TO_ONE, on, labels, List.of());
    }
    tokens.take();
    boolean named = tokens.isNext(Kind.LEFT_PAREN) || !tokens.peek().kind().beginsExpression();
    List<String> include = named ? selectors.labels().names() : List.of();
    Cardinality cardinality = left ? Cardinality.MANY_TO_ONE : Cardinality.ONE_TO_MANY;
    return new VectorMatching(cardinality, on, labels, include);
  }

  /** A sign and its operand, or an expression with its suffixes. */
  private Expr operand() throws PromqlException {
    if (tokens.isNext(Kind.ADD) || tokens.isNext(Kind.SUB)) {
      return signed(tokens.take());
    }
    Expr expr = primary();
    while (suffixes.isNext()) {
      Token token = tokens.peek();
      expr = suffixes.apply(expr);
      grow(height, token);
    }
    return expr;
  }

  private Expr signed(Token sign) throws PromqlException {
    boolean negative = sign.kind() == Kind.SUB;
    Expr expr = binary(Precedence.POWER);
    Position position = sign.position().to(expr.position());
    if (expr instanceof NumberLiteral number) {
      double value = negative ? -number.value() : number.value();
      return new NumberLiteral(value, number.duration(), position);
    }
    grow(height, sign);
    return new Unary(negative, expr, position);
  }

  private Expr primary() throws PromqlException {
    height = 1;
    Token token = tokens.peek();
    if (token.kind().aggregator() != null) {
      tokens.take();
      return isAggregation() ? aggregation(token) : selectors.named(token);
    }
    switch (token.kind()) {
      case NUMBER, DURATION -> {
        tokens.take();
        boolean duration = token.kind() == Kind.DURATION;
        return new NumberLiteral(tokens.number(token), duration, token.position());
      }
      case STRING -> {
        tokens.take();
        return new StringLiteral(GoText.unquote(token.text()), token.position());
      }
      case LEFT_PAREN -> {
        return paren(tokens.take());
      }
      case IDENTIFIER -> {
        tokens.take();
        return tokens.isNext(Kind.LEFT_PAREN) ? call(token) : selectors.named(token);
      }
      default -> {
        return selectors.selector();
      }
    }
  }

  private Expr paren(Token left) throws PromqlException {
    Expr inner = binary(LOWEST);
    Token right = tokens.take(Kind.RIGHT_PAREN);
    grow(height, left);
    return new Paren(inner, left.position().to(right.position()));
  }

  private Expr call(Token name) throws PromqlException {
    List<Expr> arguments = new ArrayList<>();
    Position end = arguments(arguments);
    Optional<Function> function = Functions.of(name.text());
    if (function.isEmpty()) {
      throw tokens.error(
          name.position(), "unknown function with name " + GoText.quote(name.text()));
    }
    if (function.get().experimental() && !experimental) {
      throw tokens.error(
          name.position(), "function " + GoText.quote(name.text()) + " is not enabled");
    }
    return new Call(function.get(), List.copyOf(arguments), name.position().to(end));
  }

  /** Expressions in parentheses; returns where the right one stands. */
  private Position arguments(List<Expr> arguments) throws PromqlException {
    Token left = tokens.take(Kind.LEFT_PAREN);
    int highest = 0;
    if (!tokens.isNext(Kind.RIGHT_PAREN)) {
      arguments.add(binary(LOWEST));
      highest = height;
      while (tokens.isNext(Kind.COMMA)) {
        Token comma = tokens.take();
        if (!tokens.peek().kind().beginsExpression()) {
          throw tokens.error(comma.position(), "trailing commas not allowed in function call args");
        }
        arguments.add(binary(LOWEST));
        highest = Math.max(highest, height);
      }
    }
    grow(highest, left);
    return tokens.take(Kind.RIGHT_PAREN).position();
  }

  private boolean isAggregation() throws PromqlException {
    return tokens.isNext(Kind.LEFT_PAREN) || isGrouping();
  }

  private boolean isGrouping() throws PromqlException {
    return tokens.isNext(Kind.BY) || tokens.isNext(Kind.WITHOUT);
  }

  private Expr aggregation(Token operator) throws PromqlException {
    Context outer = tokens.enter(Context.AGGREGATION);
    AggregationBuilder builder = new AggregationBuilder(tokens, operator);
    boolean groupingFirst = isGrouping();
    if (groupingFirst) {
      builder.grouping(tokens.take(), selectors.labels());
    }
    List<Expr> arguments = new ArrayList<>();
    builder.arguments(arguments, arguments(arguments));
    if (!groupingFirst && isGrouping()) {
      builder.grouping(tokens.take(), selectors.labels());
    }
    tokens.enter(outer);
    return builder.build(experimental);
  }
}
