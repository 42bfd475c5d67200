// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.harvester.config.Settings;
import io.harvester.http.json.ResultJson;
import io.harvester.http.json.StatsJson;
import io.harvester.http.query.Endpoint.Reply;
import io.harvester.query.engine.QueryException;
import io.harvester.query.engine.QueryOptions;
import io.harvester.query.parser.PromqlParser;
import io.harvester.query.promql.Durations;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.PromqlException;
import io.harvester.query.value.Answer;
import io.harvester.query.value.QueryResult;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code /api/v1/query} and {@code /api/v1/query_range}. */
final class QueryEndpoints {
  private static final String TRUNCATED = "results truncated due to limit";

  private final Settings.Queries settings;
  private final Clock clock;

  QueryEndpoints(Settings.Queries settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  Reply instant(Call call) throws ApiException, QueryException {
    Parameters given = call.parameters();
    int limit = given.limit();
    long time = given.time("time", clock.millis());
    QueryOptions options = options(call);
    Expr expr = expression(given);
    long start = System.nanoTime();
    Answer answer = call.backend().engine().instant(expr, time, options);
    return reply(answer, limit, call, System.nanoTime() - start);
  }

  Reply range(Call call) throws ApiException, QueryException {
    Parameters given = call.parameters();
    int limit = given.limit();
    long from = given.time("start");
    long to = given.time("end");
    if (to < from) {
      throw ApiException.invalidParameter("end", "end timestamp must not be before start time");
    }
    long step = given.duration("step");
    if (step <= 0) {
      throw ApiException.invalidParameter(
          "step",
          "zero or negative query resolution step widths are not accepted. Try a positive integer");
    }
    QueryOptions options = options(call);
    Expr expr = expression(given);
    long start = System.nanoTime();
    Answer answer = call.backend().engine().range(expr, from, to, step, options);
    return reply(answer, limit, call, System.nanoTime() - start);
  }

  private Expr expression(Parameters given) throws ApiException {
    try {
      Expr expr = PromqlParser.parse(given.text("query"), settings.experimental());
      Durations.check(expr);
      return expr;
    } catch (PromqlException e) {
      throw ApiException.invalidParameter("query", e.getMessage());
    }
  }

  private QueryOptions options(Call call) throws ApiException {
    Parameters given = call.parameters();
    Duration timeout = settings.timeout();
    if (!given.text("timeout").isEmpty()) {
      Duration asked = Duration.ofMillis(Math.max(0, given.duration("timeout")));
      timeout = asked.compareTo(timeout) < 0 ? asked : timeout;
    }
    timeout = timeout.minusNanos(call.queuedNanos());
    long lookback = settings.lookback().toMillis();
    if (!given.text("lookback_delta").isEmpty()) {
      long asked = given.duration("lookback_delta");
      lookback = asked > 0 ? asked : lookback;
    }
    return new QueryOptions(
        lookback, call.scope().restriction(), call.cancelled(), timeout, given.text("query"));
  }

  private static Reply reply(Answer answer, int limit, Call call, long nanos) {
    QueryResult result = answer.result();
    List<String> warnings = answer.warnings();
    QueryResult shortened = limit > 0 ? truncated(result, limit) : result;
    if (shortened != result) {
      warnings = new ArrayList<>(warnings);
      warnings.add(TRUNCATED);
    }
    boolean withStats = !call.parameters().text("stats").isEmpty();
    return new Reply(
        json -> {
          ResultJson.write(shortened, json);
          if (withStats) {
            StatsJson.write(answer.stats(), nanos, call.queuedNanos(), json);
          }
          json.raw('}');
        },
        warnings,
        answer.infos());
  }

  private static QueryResult truncated(QueryResult result, int limit) {
    if (result instanceof QueryResult.Matrix matrix && matrix.series().size() > limit) {
      return new QueryResult.Matrix(matrix.series().subList(0, limit));
    }
    if (result instanceof QueryResult.Vector vector && vector.samples().size() > limit) {
      return new QueryResult.Vector(vector.samples().subList(0, limit));
    }
    return result;
  }
}
