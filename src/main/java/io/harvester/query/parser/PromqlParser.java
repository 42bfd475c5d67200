// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.promql.Expr;
import io.harvester.query.promql.PromqlException;
import io.harvester.read.Matcher;
import java.util.List;

/**
 * Parses PromQL. What it accepts and refuses, and the text of errors, is that of Prometheus 3.5.
 */
public final class PromqlParser {
  private PromqlParser() {}

  /**
   * An expression whose types fit.
   *
   * @param experimental whether experimental functions, aggregations and computed durations are
   *     allowed
   * @throws PromqlException the first error
   */
  public static Expr parse(String text, boolean experimental) throws PromqlException {
    TokenStream tokens = new TokenStream(text);
    Expr expr = new ExpressionParser(tokens, experimental).whole();
    return new TypeCheck(tokens).check(expr);
  }

  /**
   * The conditions of a selector, such as that of {@code match[]}. Unlike in an expression, all of
   * them may match the empty text.
   *
   * @throws PromqlException the first error
   */
  public static List<Matcher> matchers(String selector) throws PromqlException {
    TokenStream tokens = new TokenStream(selector);
    List<Matcher> matchers = new SelectorParser(tokens).selector().matchers();
    tokens.take(Kind.END_OF_INPUT);
    return matchers;
  }
}
