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

/** Splits expressions that are longer than a line (promql/parser/prettier.go). */
final class PrettyPrinter {
  private static final int LINE = 100;
  private static final String INDENT = "  ";

  /** Indents of deep expressions make a text many times longer; from here on, none is written. */
  private static final int MAX_LENGTH = 8 << 20;

  private final StringBuilder out = new StringBuilder();

  String text() {
    return out.toString();
  }

  void print(Expr expr, int level) {
    if (expr instanceof Unary unary) {
      indent(level).append(LinePrinter.sign(unary));
      printUnindented(unary.expr(), level);
    } else if (isShort(expr)) {
      // Prometheus does not indent a short subquery.
      indent(expr instanceof Subquery ? 0 : level).append(Printer.print(expr));
    } else if (expr instanceof Aggregation aggregation) {
      print(aggregation, level);
    } else if (expr instanceof Binary binary) {
      print(binary.left(), level + 1);
      out.append('\n');
      indent(level).append(LinePrinter.operator(binary)).append('\n');
      print(binary.right(), level + 1);
    } else if (expr instanceof Call call) {
      print(call, level);
    } else if (expr instanceof Paren paren) {
      indent(level).append("(\n");
      print(paren.expr(), level + 1);
      close(level);
    } else if (expr instanceof Subquery subquery) {
      print(subquery.expr(), level);
      out.append(LinePrinter.suffix(subquery));
    } else {
      indent(level).append(Printer.print(expr));
    }
  }

  private StringBuilder indent(int level) {
    return out.length() > MAX_LENGTH ? out : out.append(INDENT.repeat(level));
  }

  private void close(int level) {
    out.append('\n');
    indent(level).append(')');
  }

  private void printUnindented(Expr expr, int level) {
    int start = out.length();
    print(expr, level);
    int end = start;
    while (out.charAt(end) == ' ') {
      end++;
    }
    out.delete(start, end);
  }

  private void print(Aggregation aggregation, int level) {
    indent(level).append(LinePrinter.head(aggregation)).append("(\n");
    if (aggregation.parameter().isPresent()) {
      print(aggregation.parameter().get(), level + 1);
      out.append(",\n");
    }
    print(aggregation.expr(), level + 1);
    close(level);
  }

  private void print(Call call, int level) {
    indent(level).append(call.function().name()).append("(\n");
    String separator = "";
    for (Expr argument : call.arguments()) {
      out.append(separator);
      print(argument, level + 1);
      separator = ",\n";
    }
    close(level);
  }

  private static boolean isShort(Expr expr) {
    LinePrinter line = new LinePrinter(LINE);
    line.print(expr);
    String text = line.text();
    return text.length() <= LINE && text.getBytes(StandardCharsets.UTF_8).length <= LINE;
  }
}
