// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.harvester.config.Settings;
import io.harvester.http.Authentication;
import io.harvester.http.Readiness;
import io.harvester.http.RouteModule;
import io.harvester.http.Routes;
import io.harvester.http.json.ExprJson;
import io.harvester.http.query.Endpoint.Reply;
import io.harvester.http.query.QueryHandler.Environment;
import io.harvester.metrics.QueryMetrics;
import java.time.Clock;

/** The routes of the query API. */
public final class QueryApi implements RouteModule, AutoCloseable {
  private static final String BASE = "/api/v1";

  /** The release whose behaviour this follows: clients choose by it what they ask. */
  private static final String PROMETHEUS_VERSION = "3.5.3";

  private final Settings settings;
  private final QueryMetrics metrics;
  private final QueryThreads threads;
  private volatile QueryBackend backend;

  /** Routes that answer once {@link #start} is called. */
  public QueryApi(Settings settings, QueryMetrics metrics) {
    this.settings = settings;
    this.metrics = metrics;
    this.threads = new QueryThreads(settings.queries().concurrency());
    metrics.observe(threads::running, threads::waiting);
  }

  /** Answers from now on. */
  public void start(QueryBackend connected) {
    backend = connected;
  }

  @Override
  public void addTo(Routes routes, Readiness readiness, Authentication authentication) {
    Settings.Queries queries = settings.queries();
    Environment environment =
        new Environment(
            readiness,
            authentication,
            new FormReader(settings.capacity().requestTimeout().toMillis()),
            () -> backend,
            threads,
            settings.nodeLabel(),
            metrics);
    QueryEndpoints query = new QueryEndpoints(queries, Clock.systemUTC());
    CatalogEndpoints catalog = new CatalogEndpoints(settings.nodeLabel());
    DetailEndpoints details = new DetailEndpoints(queries.experimental(), settings.nodeLabel());
    SyntaxEndpoints syntax = new SyntaxEndpoints(queries.experimental());
    ExprJson tree = new ExprJson();
    Adder adder = new Adder(routes, environment);
    adder.getAndPost("/query", query::instant);
    adder.getAndPost("/query_range", query::range);
    adder.getAndPost("/query_exemplars", details::exemplars);
    adder.getAndPost("/format_query", syntax::format);
    adder.getAndPost("/parse_query", call -> syntax.parse(call, tree));
    adder.getAndPost("/series", catalog::series);
    adder.getAndPost("/labels", catalog::labelNames);
    routes.post(
        BASE + "/read",
        new RemoteReadHandler(
            environment, queries.maxSamples(), settings.capacity().requestTimeout().toMillis()));
    adder.get("/label/:name/values", catalog::labelValues);
    adder.get("/metadata", details::metadata);
    RuleEndpoints rules = new RuleEndpoints(queries.rules());
    adder.get("/rules", rules::rules);
    adder.get("/alerts", rules::alerts);
    adder.get("/status/buildinfo", call -> constant(buildInfo()));
  }

  private record Adder(Routes routes, Environment environment) {
    void get(String path, Endpoint endpoint) {
      routes.get(BASE + path, new QueryHandler(environment, path.substring(1), endpoint));
    }

    void getAndPost(String path, Endpoint endpoint) {
      routes.getAndPost(BASE + path, new QueryHandler(environment, path.substring(1), endpoint));
    }
  }

  private static Reply constant(String json) {
    return Reply.of(out -> out.raw(json));
  }

  private static String buildInfo() {
    return "{\"version\":\""
        + PROMETHEUS_VERSION
        + "\",\"revision\":\"harvester\",\"branch\":\"\",\"buildUser\":\"\",\"buildDate\":\"\","
        + "\"goVersion\":\"\"}";
  }

  @Override
  public void close() {
    threads.close();
  }
}
