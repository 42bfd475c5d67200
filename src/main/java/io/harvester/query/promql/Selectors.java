// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

import io.harvester.read.Matcher;
import java.util.ArrayList;
import java.util.List;

/** Finds the selectors of an expression. */
public final class Selectors {
  private Selectors() {}

  /** The conditions of each selector, in the order of the text. */
  public static List<List<Matcher>> of(Expr expr) {
    List<List<Matcher>> found = new ArrayList<>();
    collect(expr, found);
    return found;
  }

  private static void collect(Expr expr, List<List<Matcher>> found) {
    if (expr instanceof VectorSelector selector) {
      found.add(selector.matchers());
    } else if (expr instanceof MatrixSelector matrix) {
      found.add(matrix.selector().matchers());
    } else if (expr instanceof Subquery subquery) {
      collect(subquery.expr(), found);
    } else if (expr instanceof Call call) {
      call.arguments().forEach(argument -> collect(argument, found));
    } else if (expr instanceof Aggregation aggregation) {
      aggregation.parameter().ifPresent(parameter -> collect(parameter, found));
      collect(aggregation.expr(), found);
    } else if (expr instanceof Binary binary) {
      collect(binary.left(), found);
      collect(binary.right(), found);
    } else if (expr instanceof Paren paren) {
      collect(paren.expr(), found);
    } else if (expr instanceof Unary unary) {
      collect(unary.expr(), found);
    }
  }
}
