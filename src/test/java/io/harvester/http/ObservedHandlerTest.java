// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.metrics.HttpMetrics;
import io.harvester.testing.Eventually;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever goes wrong in a handler, the client gets a 500 that tells it nothing of the cause. */
class ObservedHandlerTest {
  private static final String SECRET = "password of the database";

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void an_exception_outside_the_router_is_answered_500() throws Exception {
    int port =
        serve(
            request -> {
              throw new IllegalStateException(SECRET);
            },
            Set.of("/write"));
    mustFailInside(get(port, "/write"));
    counted("/write", 500);
  }

  @Test
  void an_exception_inside_the_router_is_answered_500() throws Exception {
    Routes routes = new Routes(vertx, "");
    routes.get(
        "/now",
        routing -> {
          throw new IllegalStateException(SECRET);
        });
    routes.get(
        "/later",
        routing ->
            vertx
                .executeBlocking(
                    () -> {
                      throw new IllegalStateException(SECRET);
                    })
                .onFailure(routing::fail));
    int port = serve(routes, routes.paths());
    mustFailInside(get(port, "/now"));
    mustFailInside(get(port, "/later"));
    counted("/now", 500);
    counted("/later", 500);
  }

  @Test
  void unknown_paths_are_counted_together() throws Exception {
    Routes routes = new Routes(vertx, "");
    routes.get("/known", routing -> Responses.text(routing.response(), 200, "fine"));
    int port = serve(routes, routes.paths());
    assertEquals(200, get(port, "/known").statusCode());
    for (int i = 0; i < 20; i++) {
      assertEquals("no such path: /unknown/" + i + "\n", get(port, "/unknown/" + i).body());
    }
    counted("/known", 200);
    Eventually.until("all are counted", () -> timer("other", 404).count() == 20);
    assertEquals(2, meters.find("harvester.http.request.duration").timers().size());
  }

  private int serve(Handler<HttpServerRequest> inside, Set<String> paths) {
    Connections connections =
        new Connections(new AtomicInteger(), 100, Duration.ofSeconds(9), Duration.ofSeconds(9));
    HttpServer server =
        vertx
            .createHttpServer()
            .connectionHandler(connections::opened)
            .requestHandler(
                new ObservedHandler(inside, paths, connections, new HttpMetrics(meters)))
            .listen(0, "127.0.0.1")
            .await();
    return server.actualPort();
  }

  private HttpResponse<String> get(int port, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
        BodyHandlers.ofString());
  }

  private static void mustFailInside(HttpResponse<String> response) {
    assertEquals(500, response.statusCode());
    assertFalse(response.body().contains(SECRET));
    assertTrue(response.body().contains("internal error"));
  }

  private void counted(String route, int status) throws Exception {
    Eventually.until(route + " is counted", () -> timer(route, status) != null);
    assertEquals(1, timer(route, status).count());
  }

  private Timer timer(String route, int status) {
    return meters
        .find("harvester.http.request.duration")
        .tags("route", route, "status", Integer.toString(status))
        .timer();
  }
}
