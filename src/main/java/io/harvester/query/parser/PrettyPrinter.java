// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.promql.Aggregation;
import io.harvester.query.promql.Binary;
import io.harvester.query.promql.Call;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.Paren;
import io.harvester.query.promql.Subquery;
import io.harvester.query.promql.Unary;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** Splits expressions that are longer than a line (promql/parser/prettier.go). */
final class PrettyPrinter {
  private static final int LINE = 100;
  private static final String INDENT = "  ";

  private PrettyPrinter() {}

  static String print(Expr expr, int level) {
    String indent = INDENT.repeat(level);
    if (expr instanceof Unary unary) {
      return indent + LinePrinter.sign(unary) + print(unary.expr(), level).strip();
    }
    if (isShort(expr)) {
      // Prometheus does not indent a short subquery.
      return (expr instanceof Subquery ? "" : indent) + Printer.print(expr);
    }
    if (expr instanceof Aggregation aggregation) {
      return indent + split(aggregation, level);
    }
    if (expr instanceof Binary binary) {
      String left = print(binary.left(), level + 1);
      String right = print(binary.right(), level + 1);
      return left + "\n" + indent + LinePrinter.operator(binary) + "\n" + right;
    }
    if (expr instanceof Call call) {
      String arguments =
          call.arguments().stream()
              .map(argument -> print(argument, level + 1))
              .collect(Collectors.joining(",\n"));
      return indent + call.function().name() + "(\n" + arguments + "\n" + indent + ")";
    }
    if (expr instanceof Paren paren) {
      return indent + "(\n" + print(paren.expr(), level + 1) + "\n" + indent + ")";
    }
    if (expr instanceof Subquery subquery) {
      return print(subquery.expr(), level) + LinePrinter.suffix(subquery);
    }
    return indent + Printer.print(expr);
  }

  private static String split(Aggregation aggregation, int level) {
    String parameter =
        aggregation.parameter().map(expr -> print(expr, level + 1) + ",\n").orElse("");
    return LinePrinter.head(aggregation)
        + "(\n"
        + parameter
        + print(aggregation.expr(), level + 1)
        + "\n"
        + INDENT.repeat(level)
        + ")";
  }

  private static boolean isShort(Expr expr) {
    LinePrinter line = new LinePrinter(LINE);
    line.print(expr);
    String text = line.text();
    return text.length() <= LINE && text.getBytes(StandardCharsets.UTF_8).length <= LINE;
  }
}
