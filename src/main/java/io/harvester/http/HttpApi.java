// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.config.Settings;
import io.harvester.ingest.request.Admission;
import io.harvester.metrics.HttpMetrics;
import io.harvester.series.NodeScope;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Every route: for senders, for operators, and for both. */
public final class HttpApi {
  private static final String WRITE = "/api/v1/write";
  private static final String ENROL = "/api/v1/enrol";
  private static final String NODE_SELF = "/api/v1/node/self";
  private static final String HEALTHY = "/-/healthy";
  private static final String READY = "/-/ready";
  private static final String METRICS = "/metrics";

  private static final int ENROLMENT_THREADS = 2;

  private final Vertx vertx;
  private final Settings settings;
  private final Readiness readiness;
  private final Admission admission;
  private final PrometheusMeterRegistry registry;
  private final HttpMetrics metrics;
  private final List<RouteModule> modules;
  private final WorkerExecutor enrolments;

  /**
   * The handlers that this makes share everything given.
   *
   * @param modules further routes on the listener of senders
   */
  public HttpApi(
      Vertx vertx,
      Settings settings,
      Readiness readiness,
      Admission admission,
      PrometheusMeterRegistry registry,
      HttpMetrics metrics,
      List<RouteModule> modules) {
    this.vertx = vertx;
    this.settings = settings;
    this.readiness = readiness;
    this.admission = admission;
    this.registry = registry;
    this.metrics = metrics;
    this.modules = modules;
    this.enrolments = vertx.createSharedWorkerExecutor("enrol", ENROLMENT_THREADS);
  }

  /** What senders use; also what operators use, unless they have an address of their own. */
  public Handler<HttpServerRequest> forSenders(Connections connections) {
    Authentication authentication =
        new Authentication(readiness, new ReverseProxy(settings.people()));
    long timeout = settings.capacity().requestTimeout().toMillis();
    WriteHandler write = write(authentication, timeout);
    Routes routes = probes();
    routes.post(WRITE, routing -> write.handle(routing.request()));
    routes.post(ENROL, new EnrolHandler(readiness, admission, enrolments, timeout));
    routes.get(NODE_SELF, new NodeSelfHandler(readiness, authentication));
    modules.forEach(module -> module.addTo(routes, readiness, authentication));
    if (settings.security().management().isEmpty()) {
      routes.get(METRICS, this::metrics);
    }
    // Writes bypass the router, which is much code for the JVM to compile in its first minute. The
    // router has the route for other spellings of the path, such as a slash at its end.
    return new ObservedHandler(
        request -> (isWrite(request) ? write : routes).handle(request),
        routes.paths(),
        connections,
        metrics);
  }

  private static boolean isWrite(HttpServerRequest request) {
    return request.method().equals(HttpMethod.POST) && WRITE.equals(request.path());
  }

  private WriteHandler write(Authentication authentication, long timeout) {
    return new WriteHandler(
        vertx,
        readiness,
        authentication,
        admission,
        new BodyReader.Bounds(
            settings.limits().maxCompressedBytes(), "HARVESTER_MAX_COMPRESSED_BYTES", timeout),
        settings.defaultNode(),
        settings.renamesForeignNodes() ? NodeScope.Foreign.RENAME : NodeScope.Foreign.REJECT);
  }

  /** What operators use, on an address of their own. */
  public Handler<HttpServerRequest> forOperators(Connections connections) {
    Routes routes = probes();
    routes.get(METRICS, this::metrics);
    String index = "Harvester aggregator: " + String.join(", ", HEALTHY, READY, METRICS);
    routes.get("/", routing -> Responses.text(routing.response(), 200, index));
    return new ObservedHandler(routes, routes.paths(), connections, metrics);
  }

  /** Probes need no credential: a service manager has none. */
  private Routes probes() {
    Routes routes = new Routes(vertx, settings.basePath());
    routes.get(HEALTHY, routing -> Responses.text(routing.response(), 200, "healthy"));
    routes.get(READY, this::ready);
    return routes;
  }

  private void ready(RoutingContext routing) {
    String obstacle = readiness.whyNotReady();
    if (obstacle == null) {
      Responses.text(routing.response(), 200, "ready");
    } else {
      Responses.text(routing.response(), 503, obstacle);
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
        .onFailure(routing::fail);
  }
}
