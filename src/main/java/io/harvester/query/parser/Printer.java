// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.promql.Expr;

/** Writes expressions as Prometheus writes them. */
public final class Printer {
  private Printer() {}

  /** The canonical form, on one line. */
  public static String print(Expr expr) {
    LinePrinter line = new LinePrinter(Integer.MAX_VALUE);
    line.print(expr);
    return line.text();
  }

  /** A form in which expressions that are longer than a line are split and indented. */
  public static String pretty(Expr expr) {
    PrettyPrinter lines = new PrettyPrinter();
    lines.print(expr, 0);
    return lines.text();
  }
}
