// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.harvester.http.json.ExprJson;
import io.harvester.http.query.Endpoint.Reply;
import io.harvester.query.parser.Printer;
import io.harvester.query.parser.PromqlParser;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.PromqlException;

/** {@code /api/v1/format_query} and {@code /api/v1/parse_query}. */
final class SyntaxEndpoints {
  private final boolean experimental;

  SyntaxEndpoints(boolean experimental) {
    this.experimental = experimental;
  }

  Reply format(Call call) throws ApiException {
    Expr expr = parse(call);
    return Reply.of(json -> json.string(Printer.pretty(expr)));
  }

  Reply parse(Call call, ExprJson tree) throws ApiException {
    Expr expr = parse(call);
    return Reply.of(json -> tree.write(expr, json));
  }

  private Expr parse(Call call) throws ApiException {
    try {
      return PromqlParser.parse(call.parameters().text("query"), experimental);
    } catch (PromqlException e) {
      throw ApiException.invalidParameter("query", e.getMessage());
    }
  }
}
