package io.harvester.http;

import io.harvester.config.Settings;
import io.harvester.ingest.Admission;
import io.harvester.metrics.HttpMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The HTTP server and its routes; deploy one instance per event loop. */
public final class HttpApi extends VerticleBase {
  private static final String WRITE = "/api/v1/write";

  private final Settings settings;
  private final Service service;
  private final Admission admission;
  private final PrometheusMeterRegistry registry;
  private final HttpMetrics metrics;
  private final AtomicInteger connections;
  private HttpServer server;

  /**
   * An instance of the server; instances share everything given.
   *
   * @param connections counts open connections over all instances
   */
  public HttpApi(
      Settings settings,
      Service service,
      Admission admission,
      PrometheusMeterRegistry registry,
      HttpMetrics metrics,
      AtomicInteger connections) {
    this.settings = settings;
    this.service = service;
    this.admission = admission;
    this.registry = registry;
    this.metrics = metrics;
    this.connections = connections;
  }

  @Override
  public Future<?> start() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(settings.listen().host())
            .setPort(settings.listen().port())
            // Netty would take "snappy" for the framed format: decompression is ours.
            .setDecompressionSupported(false)
            .setCompressionSupported(false)
            .setIdleTimeout((int) settings.capacity().requestTimeout().toSeconds() * 2)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setTcpNoDelay(true)
            .setAcceptBacklog(1024);
    server =
        vertx
            .createHttpServer(options)
            .connectionHandler(
                connection -> {
                  if (connections.incrementAndGet() > settings.capacity().connections()) {
                    connection.close();
                  }
                  connection.closeHandler(v -> connections.decrementAndGet());
                })
            .requestHandler(router());
    return server.listen();
  }

  /** The port that is listened on; differs from the setting if that is 0. */
  public int port() {
    return server.actualPort();
  }

  @Override
  public Future<?> stop() {
    return server.shutdown(settings.shutdownTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private Router router() {
    Router router = Router.router(vertx);
    router.route().handler(this::observe);
    router
        .post(WRITE)
        .handler(
            new WriteHandler(
                service,
                admission,
                new WriteHandler.Limits(
                    settings.limits().maxCompressedBytes(),
                    settings.capacity().requestTimeout().toMillis(),
                    settings.defaultNode())));
    onlyAllow(router.route(WRITE), "POST");
    get(router, "/-/healthy", routing -> Answers.text(routing.response(), 200, "healthy"));
    get(router, "/-/ready", this::ready);
    get(router, "/metrics", this::metrics);
    get(
        router,
        "/",
        routing ->
            Answers.text(
                routing.response(),
                200,
                "Harvester aggregator: " + WRITE + ", /-/healthy, /-/ready, /metrics"));
    router
        .route()
        .last()
        .handler(
            routing ->
                Answers.text(routing.response(), 404, "no such path: " + routing.request().path()));
    return router;
  }

  private static void get(
      Router router, String path, io.vertx.core.Handler<RoutingContext> handler) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
    onlyAllow(router.route(path), "GET, HEAD");
  }

  private static void onlyAllow(Route route, String methods) {
    route.handler(
        routing ->
            Answers.text(
                routing.response().putHeader("Allow", methods),
                405,
                routing.request().method() + " is not allowed here, only " + methods));
  }

  private void ready(RoutingContext routing) {
    String unready = service.unready();
    if (unready == null) {
      Answers.text(routing.response(), 200, "ready");
    } else {
      Answers.text(routing.response(), 503, unready);
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
        .onFailure(e -> Answers.text(routing.response(), 500, "metrics: " + e.getMessage()));
  }

  private void observe(RoutingContext routing) {
    long start = System.nanoTime();
    routing.addEndHandler(
        done ->
            metrics.answered(
                routing.currentRoute() == null ? null : routing.currentRoute().getPath(),
                routing.response().getStatusCode(),
                System.nanoTime() - start));
    routing.next();
  }
}
