// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.promql.Aggregation;
import io.harvester.query.promql.Binary;
import io.harvester.query.promql.Call;
import io.harvester.query.promql.DurationExpr;
import io.harvester.query.promql.Durations;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.MatrixSelector;
import io.harvester.query.promql.Modifier;
import io.harvester.query.promql.NumberLiteral;
import io.harvester.query.promql.Operator;
import io.harvester.query.promql.Paren;
import io.harvester.query.promql.StringLiteral;
import io.harvester.query.promql.Subquery;
import io.harvester.query.promql.Unary;
import io.harvester.query.promql.VectorMatching;
import io.harvester.query.promql.VectorSelector;
import io.harvester.query.text.GoNumber;
import io.harvester.query.text.GoText;
import io.harvester.read.Matcher;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes expressions on one line. */
final class LinePrinter {
  private static final Pattern METRIC_NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern LABEL_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final double NANOS = 1e9;
  private static final double MS = 1000;
  private static final int MS_DIGITS = 3;

  private final StringBuilder out = new StringBuilder();
  private final int limit;

  /** A printer that may stop once the text is longer than the limit. */
  LinePrinter(int limit) {
    this.limit = limit;
  }

  String text() {
    return out.toString();
  }

  void print(Expr expr) {
    if (out.length() > limit) {
      return;
    }
    if (expr instanceof Aggregation aggregation) {
      print(aggregation);
    } else if (expr instanceof Binary binary) {
      print(binary);
    } else if (expr instanceof Call call) {
      out.append(call.function().name()).append('(');
      join(call.arguments());
      out.append(')');
    } else if (expr instanceof Paren paren) {
      out.append('(');
      print(paren.expr());
      out.append(')');
    } else if (expr instanceof Unary unary) {
      out.append(sign(unary));
      print(unary.expr());
    } else if (expr instanceof Subquery subquery) {
      print(subquery.expr());
      out.append(suffix(subquery));
    } else {
      printLeaf(expr);
    }
  }

  private void printLeaf(Expr expr) {
    if (expr instanceof NumberLiteral number) {
      out.append(number(number.value(), number.duration()));
    } else if (expr instanceof StringLiteral string) {
      out.append(GoText.quote(string.value()));
    } else if (expr instanceof MatrixSelector matrix) {
      printSelector(matrix.selector());
      out.append('[').append(duration(matrix.range())).append(']');
      out.append(modifier(matrix.selector().modifier()));
    } else if (expr instanceof VectorSelector selector) {
      printSelector(selector);
      out.append(modifier(selector.modifier()));
    }
  }

  private void print(Aggregation aggregation) {
    out.append(head(aggregation)).append('(');
    if (aggregation.parameter().isPresent()) {
      print(aggregation.parameter().get());
      out.append(", ");
    }
    print(aggregation.expr());
    out.append(')');
  }

  private void print(Binary binary) {
    print(binary.left());
    out.append(' ').append(operator(binary)).append(' ');
    print(binary.right());
  }

  private void join(List<Expr> arguments) {
    String separator = "";
    for (Expr argument : arguments) {
      out.append(separator);
      print(argument);
      separator = ", ";
    }
  }

  private void printSelector(VectorSelector selector) {
    String name = selector.name().orElse("");
    out.append(name);
    String conditions =
        selector.matchers().stream()
            .filter(matcher -> name.isEmpty() || !isName(matcher, name))
            .map(LinePrinter::matcher)
            .sorted(GoText::compare)
            .collect(Collectors.joining(","));
    if (!conditions.isEmpty()) {
      out.append('{').append(conditions).append('}');
    }
  }

  private static boolean isName(Matcher matcher, String name) {
    return matcher.name().equals(SelectorParser.NAME)
        && matcher.type() == Matcher.Type.EQUAL
        && matcher.value().equals(name);
  }

  private static String matcher(Matcher matcher) {
    String label = matcher.name();
    return (LABEL_NAME.matcher(label).matches() ? label : GoText.quote(label))
        + matcher.type().operator()
        + GoText.quote(matcher.value());
  }

  static String sign(Unary unary) {
    return unary.negative() ? "-" : "+";
  }

  /** The operator and grouping of an aggregation. */
  static String head(Aggregation aggregation) {
    String operator = aggregation.aggregator().text();
    if (aggregation.without()) {
      return operator + " without (" + labels(aggregation.grouping()) + ") ";
    }
    return aggregation.grouping().isEmpty()
        ? operator
        : operator + " by (" + labels(aggregation.grouping()) + ") ";
  }

  private static String labels(List<String> names) {
    return names.stream()
        .map(name -> METRIC_NAME.matcher(name).matches() ? name : GoText.quote(name))
        .collect(Collectors.joining(", "));
  }

  /** The operator of two expressions, with its modifiers. */
  static String operator(Binary binary) {
    String operator = binary.operator().text() + (binary.returnBool() ? " bool" : "");
    return operator + binary.matching().map(LinePrinter::matching).orElse("");
  }

  private static String matching(VectorMatching matching) {
    if (matching.labels().isEmpty() && !matching.on()) {
      return "";
    }
    String text = (matching.on() ? " on (" : " ignoring (") + labels(matching.labels()) + ")";
    return switch (matching.cardinality()) {
      case MANY_TO_ONE -> text + " group_left (" + labels(matching.include()) + ")";
      case ONE_TO_MANY -> text + " group_right (" + labels(matching.include()) + ")";
      default -> text;
    };
  }

  /** What follows the expression of a subquery. */
  static String suffix(Subquery subquery) {
    String step = subquery.step().map(LinePrinter::duration).orElse("");
    String range = duration(subquery.range());
    return "[" + range + ":" + step + "]" + modifier(subquery.modifier());
  }

  private static String modifier(Modifier modifier) {
    return modifier.at().map(LinePrinter::at).orElse("")
        + modifier.offset().map(offset -> " offset " + offset(offset)).orElse("");
  }

  /** Behind a literal, an operator would belong to the expression around the offset. */
  private static String offset(DurationExpr offset) {
    String text = duration(offset);
    return offset instanceof DurationExpr.Literal || !beginsWithLiteral(offset)
        ? text
        : "(" + text + ")";
  }

  private static boolean beginsWithLiteral(DurationExpr duration) {
    DurationExpr unsigned =
        duration instanceof DurationExpr.Signed signed ? signed.operand() : duration;
    while (unsigned instanceof DurationExpr.Arithmetic arithmetic) {
      unsigned = arithmetic.left();
    }
    return unsigned instanceof DurationExpr.Literal;
  }

  private static String at(Modifier.At at) {
    if (at instanceof Modifier.At.Time time) {
      return " @ " + GoNumber.fixed(time.millis() / MS, MS_DIGITS);
    }
    return at instanceof Modifier.At.Start ? " @ start()" : " @ end()";
  }

  private static String number(double value, boolean duration) {
    return duration ? signed((long) (value * NANOS)) : GoNumber.decimal(value);
  }

  private static String signed(long nanos) {
    return nanos < 0 ? "-" + Literals.duration(-nanos) : Literals.duration(nanos);
  }

  private static String duration(DurationExpr duration) {
    return duration instanceof DurationExpr.Literal literal
        ? signed(Durations.roundedNanos(literal.seconds()))
        : computed(duration);
  }

  private static String computed(DurationExpr duration) {
    if (duration instanceof DurationExpr.Literal literal) {
      return number(literal.seconds(), literal.duration());
    }
    if (duration instanceof DurationExpr.Parens parens) {
      return "(" + computed(parens.inner()) + ")";
    }
    if (duration instanceof DurationExpr.Signed signed) {
      return (signed.negative() ? "-" : "") + computed(signed.operand());
    }
    DurationExpr.Arithmetic arithmetic = (DurationExpr.Arithmetic) duration;
    String left = computed(arithmetic.left());
    // A sign binds less than ^, and the parser keeps no parentheses around a literal.
    boolean base = arithmetic.operator() == Operator.POW && isNegative(arithmetic.left());
    return (base ? "(" + left + ")" : left)
        + " "
        + arithmetic.operator().text()
        + " "
        + computed(arithmetic.right());
  }

  private static boolean isNegative(DurationExpr duration) {
    return duration instanceof DurationExpr.Literal literal && literal.seconds() < 0;
  }
}
