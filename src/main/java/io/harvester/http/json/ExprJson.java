// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.json;

import io.harvester.query.promql.Aggregation;
import io.harvester.query.promql.Binary;
import io.harvester.query.promql.Call;
import io.harvester.query.promql.DurationExpr;
import io.harvester.query.promql.Durations;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.Function;
import io.harvester.query.promql.MatrixSelector;
import io.harvester.query.promql.Modifier;
import io.harvester.query.promql.NumberLiteral;
import io.harvester.query.promql.Paren;
import io.harvester.query.promql.PromqlException;
import io.harvester.query.promql.StringLiteral;
import io.harvester.query.promql.Subquery;
import io.harvester.query.promql.Unary;
import io.harvester.query.promql.ValueType;
import io.harvester.query.promql.VectorMatching;
import io.harvester.query.promql.VectorSelector;
import io.harvester.read.Matcher;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes expressions as trees; members are sorted (web/api/v1/translate_ast.go). */
public final class ExprJson {
  /** Writes an expression. */
  public void write(Expr expr, JsonWriter json) throws IOException {
    if (expr instanceof Aggregation aggregation) {
      aggregation(aggregation, json);
    } else if (expr instanceof Binary binary) {
      binary(binary, json);
    } else if (expr instanceof Call call) {
      call(call, json);
    } else if (expr instanceof MatrixSelector matrix) {
      VectorSelector selector = matrix.selector();
      json.raw("{\"matchers\":");
      selector(selector, json);
      json.raw(",\"range\":").number(millis(matrix.range()));
      modifierEnd(selector.modifier(), json);
      json.raw(",\"type\":\"matrixSelector\"}");
    } else if (expr instanceof Subquery subquery) {
      subquery(subquery, json);
    } else if (expr instanceof NumberLiteral number) {
      json.raw("{\"type\":\"numberLiteral\",\"val\":").value(number.value()).raw('}');
    } else if (expr instanceof Paren paren) {
      json.raw("{\"expr\":");
      write(paren.expr(), json);
      json.raw(",\"type\":\"parenExpr\"}");
    } else if (expr instanceof StringLiteral text) {
      json.raw("{\"type\":\"stringLiteral\",\"val\":").string(text.value()).raw('}');
    } else if (expr instanceof Unary unary) {
      json.raw("{\"expr\":");
      write(unary.expr(), json);
      json.raw(",\"op\":\"").raw(unary.negative() ? "-" : "+").raw("\",\"type\":\"unaryExpr\"}");
    } else if (expr instanceof VectorSelector selector) {
      json.raw("{\"matchers\":");
      selector(selector, json);
      modifierEnd(selector.modifier(), json);
      json.raw(",\"type\":\"vectorSelector\"}");
    }
  }

  private void aggregation(Aggregation aggregation, JsonWriter json) throws IOException {
    json.raw("{\"expr\":");
    write(aggregation.expr(), json);
    json.raw(",\"grouping\":").strings(aggregation.grouping());
    json.raw(",\"op\":\"").raw(aggregation.aggregator().text()).raw("\",\"param\":");
    if (aggregation.parameter().isPresent()) {
      write(aggregation.parameter().get(), json);
    } else {
      json.raw("null");
    }
    json.raw(",\"type\":\"aggregation\",\"without\":");
    json.raw(Boolean.toString(aggregation.without())).raw('}');
  }

  private void binary(Binary binary, JsonWriter json) throws IOException {
    json.raw("{\"bool\":").raw(Boolean.toString(binary.returnBool())).raw(",\"lhs\":");
    write(binary.left(), json);
    json.raw(",\"matching\":");
    Optional<VectorMatching> matching = binary.matching();
    if (matching.isPresent()) {
      VectorMatching match = matching.get();
      String cardinality = match.cardinality().name().toLowerCase(Locale.ROOT).replace('_', '-');
      json.raw("{\"card\":\"").raw(cardinality).raw("\",\"include\":").strings(match.include());
      json.raw(",\"labels\":").strings(match.labels());
      json.raw(",\"on\":").raw(Boolean.toString(match.on())).raw('}');
    } else {
      json.raw("null");
    }
    json.raw(",\"op\":").string(binary.operator().text()).raw(",\"rhs\":");
    write(binary.right(), json);
    json.raw(",\"type\":\"binaryExpr\"}");
  }

  private void call(Call call, JsonWriter json) throws IOException {
    json.raw("{\"args\":[");
    String separator = "";
    for (Expr argument : call.arguments()) {
      json.raw(separator);
      write(argument, json);
      separator = ",";
    }
    Function function = call.function();
    json.raw("],\"func\":{\"argTypes\":");
    json.strings(function.argumentTypes().stream().map(ExprJson::type).toList());
    json.raw(",\"name\":").string(function.name());
    json.raw(",\"returnType\":").string(type(function.returnType()));
    json.raw(",\"variadic\":").number(function.variadic()).raw("},\"type\":\"call\"}");
  }

  private static String type(ValueType type) {
    return switch (type) {
      case SCALAR -> "scalar";
      case STRING -> "string";
      case VECTOR -> "vector";
      case MATRIX -> "matrix";
    };
  }

  private void subquery(Subquery subquery, JsonWriter json) throws IOException {
    json.raw("{\"expr\":");
    write(subquery.expr(), json);
    Modifier modifier = subquery.modifier();
    json.raw(",\"offset\":").number(offset(modifier));
    json.raw(",\"range\":").number(millis(subquery.range()));
    startOrEnd(modifier, json);
    json.raw(",\"step\":").number(subquery.step().map(ExprJson::millis).orElse(0L));
    timestamp(modifier, json);
    json.raw(",\"type\":\"subquery\"}");
  }

  /** Matchers, name and offset. */
  private static void selector(VectorSelector selector, JsonWriter json) throws IOException {
    List<Matcher> matchers = selector.matchers();
    json.raw('[');
    for (int i = 0; i < matchers.size(); i++) {
      Matcher matcher = matchers.get(i);
      json.raw(i > 0 ? "," : "").raw("{\"name\":").string(matcher.name());
      json.raw(",\"type\":").string(matcher.type().operator());
      json.raw(",\"value\":").string(matcher.value()).raw('}');
    }
    json.raw("],\"name\":").string(selector.name().orElse(""));
    json.raw(",\"offset\":").number(offset(selector.modifier()));
  }

  private static void modifierEnd(Modifier modifier, JsonWriter json) throws IOException {
    startOrEnd(modifier, json);
    timestamp(modifier, json);
  }

  private static void startOrEnd(Modifier modifier, JsonWriter json) throws IOException {
    json.raw(",\"startOrEnd\":");
    Modifier.At at = modifier.at().orElse(null);
    json.raw(
        at instanceof Modifier.At.Start
            ? "\"start\""
            : at instanceof Modifier.At.End ? "\"end\"" : "null");
  }

  private static void timestamp(Modifier modifier, JsonWriter json) throws IOException {
    json.raw(",\"timestamp\":");
    if (modifier.at().orElse(null) instanceof Modifier.At.Time time) {
      json.number(time.millis());
    } else {
      json.raw("null");
    }
  }

  private static long offset(Modifier modifier) {
    return modifier.offset().map(ExprJson::millis).orElse(0L);
  }

  private static long millis(DurationExpr duration) {
    try {
      return Durations.offsetMillis(duration);
    } catch (PromqlException e) {
      return 0; // an expression that is computed when the query runs
    }
  }
}
