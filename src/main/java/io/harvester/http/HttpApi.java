package io.harvester.http;

import io.harvester.config.Settings;
import io.harvester.ingest.request.Admission;
import io.harvester.metrics.HttpMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Every route: for senders, for operators, and for both. */
public final class HttpApi {
  private static final String WRITE = "/api/v1/write";
  private static final String ENROL = "/api/v1/enrol";
  private static final String NODE_SELF = "/api/v1/node/self";

  private final Vertx vertx;
  private final Settings settings;
  private final Readiness service;
  private final Admission admission;
  private final PrometheusMeterRegistry registry;
  private final HttpMetrics metrics;
  private final WorkerExecutor enrolments;

  /** Routers made of this share everything given. */
  public HttpApi(
      Vertx vertx,
      Settings settings,
      Readiness service,
      Admission admission,
      PrometheusMeterRegistry registry,
      HttpMetrics metrics) {
    this.vertx = vertx;
    this.settings = settings;
    this.service = service;
    this.admission = admission;
    this.registry = registry;
    this.metrics = metrics;
    this.enrolments = vertx.createSharedWorkerExecutor("enrol", 2);
  }

  /** What machines that send use; with management, unless that has an address of its own. */
  public Handler<HttpServerRequest> forSenders(Connections connections) {
    Router router = common(connections);
    Authentication gate = new Authentication(service);
    long timeout = settings.capacity().requestTimeout().toMillis();
    WriteHandler write = write(gate, timeout);
    router.post(WRITE).handler(routing -> write.handle(routing.request()));
    onlyAllow(router.route(WRITE), "POST");
    router.post(ENROL).handler(new EnrolHandler(service, admission, enrolments, timeout));
    onlyAllow(router.route(ENROL), "POST");
    get(router, NODE_SELF, new NodeSelfHandler(service, gate));
    if (settings.security().management().isEmpty()) {
      management(router);
    }
    return new WriteFastPath(WRITE, write, closed(router), connections, metrics);
  }

  private WriteHandler write(Authentication gate, long timeout) {
    return new WriteHandler(
        vertx,
        service,
        gate,
        admission,
        new BodyReader.Bounds(
            settings.limits().maxCompressedBytes(), "HARVESTER_MAX_COMPRESSED_BYTES", timeout),
        settings.defaultNode());
  }

  /** What operators use, on an address of its own. */
  public Handler<HttpServerRequest> forOperators(Connections connections) {
    Router router = common(connections);
    management(router);
    return closed(router);
  }

  /** Probes never need a credential: who restarts a service has none. */
  private Router common(Connections connections) {
    Router router = Router.router(vertx);
    router.route().handler(routing -> observe(routing, connections));
    get(router, "/-/healthy", routing -> Responses.text(routing.response(), 200, "healthy"));
    get(router, "/-/ready", this::ready);
    return router;
  }

  private void management(Router router) {
    get(router, "/metrics", this::metrics);
    get(
        router,
        "/",
        routing ->
            Responses.text(
                routing.response(),
                200,
                "Harvester aggregator: " + WRITE + ", /-/healthy, /-/ready, /metrics"));
  }

  private static Router closed(Router router) {
    router
        .route()
        .last()
        .handler(
            routing ->
                Responses.text(
                    routing.response(), 404, "no such path: " + routing.request().path()));
    return router;
  }

  private static void get(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
    onlyAllow(router.route(path), "GET, HEAD");
  }

  private static void onlyAllow(Route route, String methods) {
    route.handler(
        routing ->
            Responses.text(
                routing.response().putHeader("Allow", methods),
                405,
                routing.request().method() + " is not allowed here, only " + methods));
  }

  private void ready(RoutingContext routing) {
    String unwilling = service.unwilling();
    if (unwilling == null) {
      Responses.text(routing.response(), 200, "ready");
    } else {
      Responses.text(routing.response(), 503, unwilling);
    }
  }

  private void metrics(RoutingContext routing) {
    vertx
        .executeBlocking(() -> registry.scrape(), false)
        .onSuccess(
            text ->
                routing
                    .response()
                    .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                    .end(text))
        .onFailure(e -> Responses.text(routing.response(), 500, "metrics: " + e.getMessage()));
  }

  private void observe(RoutingContext routing, Connections connections) {
    long start = System.nanoTime();
    var connection = routing.request().connection();
    connections.requestBegins(connection);
    routing.addEndHandler(
        done -> {
          connections.requestEnds(connection);
          metrics.answered(
              routing.currentRoute() == null ? null : routing.currentRoute().getPath(),
              done.succeeded() ? routing.response().getStatusCode() : HttpMetrics.GONE,
              System.nanoTime() - start);
        });
    routing.next();
  }
}
