// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A router that answers other methods with 405, other paths with 404, and exceptions with 500. */
public final class Routes implements Handler<HttpServerRequest> {
  private final Router router;
  private final Set<String> paths = new HashSet<>();
  private final String basePath;

  /**
   * No route yet.
   *
   * @param basePath comes before each path, which is answered without it, too; "": none
   */
  Routes(Vertx vertx, String basePath) {
    this.basePath = basePath;
    router =
        Router.router(vertx)
            .errorHandler(404, Routes::unknownPath)
            // Without a handler, the router logs a stack trace of every path that it cannot decode.
            .errorHandler(400, Routes::malformedPath)
            .errorHandler(
                500, routing -> Responses.internalError(routing.response(), routing.failure()));
  }

  /** Also answers HEAD. */
  public void get(String path, Handler<RoutingContext> handler) {
    add(path, "GET, HEAD", handler, HttpMethod.GET, HttpMethod.HEAD);
  }

  /** Answers GET, HEAD and POST. */
  public void getAndPost(String path, Handler<RoutingContext> handler) {
    add(path, "GET, HEAD, POST", handler, HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST);
  }

  /** Answers POST. */
  public void post(String path, Handler<RoutingContext> handler) {
    add(path, "POST", handler, HttpMethod.POST);
  }

  /** Sends the base path to the one with a slash: addresses in a document are relative to it. */
  public void redirectBasePath() {
    if (!basePath.isEmpty()) {
      router
          .route(basePath)
          .handler(
              routing ->
                  routing
                      .response()
                      .setStatusCode(308)
                      .putHeader("Location", basePath + "/")
                      .end());
    }
  }

  private void add(
      String path, String allowed, Handler<RoutingContext> handler, HttpMethod... methods) {
    List<String> spellings = basePath.isEmpty() ? List.of(path) : List.of(path, basePath + path);
    for (String spelling : spellings) {
      Route route = router.route(spelling);
      for (HttpMethod method : methods) {
        route.method(method);
      }
      route.handler(handler);
      allowOnly(spelling, allowed);
    }
  }

  /** All paths with a route. */
  Set<String> paths() {
    return paths;
  }

  @Override
  public void handle(HttpServerRequest request) {
    router.handle(request);
  }

  private void allowOnly(String path, String methods) {
    paths.add(path);
    router
        .route(path)
        .handler(
            routing ->
                Responses.text(
                    routing.response().putHeader("Allow", methods),
                    405,
                    routing.request().method() + " is not allowed here, only " + methods));
  }

  private static void malformedPath(RoutingContext routing) {
    Responses.text(routing.response(), 400, "the path is not valid percent-encoding");
  }

  private static void unknownPath(RoutingContext routing) {
    Responses.text(routing.response(), 404, "no such path: " + routing.request().path());
  }
}
