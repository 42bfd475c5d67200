// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import static io.harvester.query.promql.ValueType.SCALAR;
import static io.harvester.query.promql.ValueType.STRING;
import static io.harvester.query.promql.ValueType.VECTOR;

import io.harvester.query.promql.Aggregation;
import io.harvester.query.promql.Aggregator;
import io.harvester.query.promql.Binary;
import io.harvester.query.promql.Call;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.Function;
import io.harvester.query.promql.MatrixSelector;
import io.harvester.query.promql.Paren;
import io.harvester.query.promql.Position;
import io.harvester.query.promql.PromqlException;
import io.harvester.query.promql.Subquery;
import io.harvester.query.promql.Unary;
import io.harvester.query.promql.ValueType;
import io.harvester.query.promql.VectorSelector;
import io.harvester.query.text.GoText;
import io.harvester.read.Matcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Checks the types of an expression, in the order in which Prometheus reports errors. */
final class TypeCheck {
  private final TokenStream tokens;
  private final BinaryCheck binaries;

  TypeCheck(TokenStream tokens) {
    this.tokens = tokens;
    this.binaries = new BinaryCheck(tokens);
  }

  /** A checked expression and its type, which is costly to ask a deep one for. */
  record Typed(Expr expr, ValueType type) {}

  /** The expression, with the matching of vectors only where both sides are vectors. */
  Expr check(Expr expr) throws PromqlException {
    return typed(expr).expr;
  }

  private Typed typed(Expr expr) throws PromqlException {
    if (expr instanceof Aggregation aggregation) {
      return aggregation(aggregation);
    }
    if (expr instanceof Binary binary) {
      return binaries.check(binary, typed(binary.left()), typed(binary.right()));
    }
    if (expr instanceof Call call) {
      return call(call);
    }
    if (expr instanceof Paren paren) {
      Typed inner = typed(paren.expr());
      return new Typed(new Paren(inner.expr, paren.position()), inner.type);
    }
    if (expr instanceof Unary unary) {
      return unary(unary);
    }
    if (expr instanceof Subquery subquery) {
      return subquery(subquery);
    }
    if (expr instanceof MatrixSelector matrix) {
      checkMatchers(matrix.selector());
    } else if (expr instanceof VectorSelector selector) {
      checkMatchers(selector);
    }
    return new Typed(expr, expr.type());
  }

  private Typed expect(Expr expr, ValueType wanted, String place) throws PromqlException {
    Typed typed = typed(expr);
    if (typed.type != wanted) {
      throw wrongType(expr.position(), wanted, place, typed.type);
    }
    return typed;
  }

  private PromqlException wrongType(
      Position position, ValueType wanted, String place, ValueType type) {
    return tokens.error(
        position, "expected type " + wanted.text() + " in " + place + ", got " + type.text());
  }

  private Typed aggregation(Aggregation aggregation) throws PromqlException {
    Expr expr = expect(aggregation.expr(), VECTOR, "aggregation expression").expr;
    Optional<Expr> parameter = Optional.empty();
    if (aggregation.parameter().isPresent()) {
      boolean text = aggregation.aggregator() == Aggregator.COUNT_VALUES;
      parameter =
          Optional.of(
              expect(aggregation.parameter().get(), text ? STRING : SCALAR, "aggregation parameter")
                  .expr);
    }
    Aggregation checked =
        new Aggregation(
            aggregation.aggregator(),
            expr,
            parameter,
            aggregation.grouping(),
            aggregation.without(),
            aggregation.position());
    return new Typed(checked, VECTOR);
  }

  private Typed unary(Unary unary) throws PromqlException {
    Typed inner = typed(unary.expr());
    if (inner.type != SCALAR && inner.type != VECTOR) {
      throw tokens.error(
          unary.position(),
          "unary expression only allowed on expressions of type scalar or instant vector, got \""
              + inner.type.text()
              + '"');
    }
    return new Typed(new Unary(unary.negative(), inner.expr, unary.position()), inner.type);
  }

  private Typed subquery(Subquery subquery) throws PromqlException {
    Typed inner = typed(subquery.expr());
    if (inner.type != VECTOR) {
      throw tokens.error(
          subquery.position(),
          "subquery is only allowed on instant vector, got "
              + inner.type.name().toLowerCase(Locale.ROOT)
              + " instead");
    }
    Subquery checked =
        new Subquery(
            inner.expr,
            subquery.range(),
            subquery.step(),
            subquery.modifier(),
            subquery.position());
    return new Typed(checked, ValueType.MATRIX);
  }

  private Typed call(Call call) throws PromqlException {
    Function function = call.function();
    checkCount(call, function);
    boolean info = function.name().equals("info") && call.arguments().size() > 1;
    if (info) {
      checkInfoLabels(call);
    }
    String place = "call to function " + GoText.quote(function.name());
    List<Expr> arguments = new ArrayList<>();
    for (int i = 0; i < call.arguments().size(); i++) {
      Expr argument = call.arguments().get(i);
      if (info && i == 1) {
        arguments.add(argument);
      } else {
        int last = function.argumentTypes().size() - 1;
        ValueType wanted = function.argumentTypes().get(Math.min(i, last));
        arguments.add(expect(argument, wanted, place).expr);
      }
    }
    Call checked = new Call(function, List.copyOf(arguments), call.position());
    return new Typed(checked, function.returnType());
  }

  private void checkCount(Call call, Function function) throws PromqlException {
    int types = function.argumentTypes().size();
    int count = call.arguments().size();
    int variadic = function.variadic();
    String rest = " argument(s) in call to " + GoText.quote(function.name()) + ", got " + count;
    if (variadic == 0 && types != count) {
      throw tokens.error(call.position(), "expected " + types + rest);
    }
    if (variadic != 0 && count < types - 1) {
      throw tokens.error(call.position(), "expected at least " + (types - 1) + rest);
    }
    if (variadic > 0 && count > types - 1 + variadic) {
      throw tokens.error(call.position(), "expected at most " + (types - 1 + variadic) + rest);
    }
  }

  /** The second argument of info() only selects labels; all of its conditions may match "". */
  private void checkInfoLabels(Call call) throws PromqlException {
    Expr labels = call.arguments().get(1);
    if (labels.type() != VECTOR) {
      throw wrongType(call.position(), VECTOR, "call to function \"info\"", labels.type());
    }
    if (!(labels instanceof VectorSelector selector) || selector.name().isPresent()) {
      throw tokens.error(
          labels.position(), "expected label selectors only, got vector selector instead");
    }
  }

  private void checkMatchers(VectorSelector selector) throws PromqlException {
    if (selector.name().isPresent()) {
      for (Matcher matcher : selector.matchers().subList(0, selector.matchers().size() - 1)) {
        if (matcher.name().equals(SelectorParser.NAME)) {
          throw tokens.error(
              selector.position(),
              "metric name must not be set twice: "
                  + GoText.quote(selector.name().get())
                  + " or "
                  + GoText.quote(matcher.value()));
        }
      }
    } else if (selector.matchers().stream().allMatch(matcher -> matcher.matches(""))) {
      throw tokens.error(
          selector.position(), "vector selector must contain at least one non-empty matcher");
    }
  }
}
