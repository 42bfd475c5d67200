// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.fleet;

import io.harvester.auth.NodePattern;
import io.harvester.fleet.FleetView;
import io.harvester.http.Authentication;
import io.harvester.http.Readiness;
import io.harvester.http.Responses;
import io.harvester.http.RouteModule;
import io.harvester.http.Routes;
import io.harvester.http.json.JsonWriter;
import io.harvester.storage.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** {@code /api/fleet}, {@code /api/node} and {@code /api/aggregator}, for those who may read. */
public final class FleetApi implements RouteModule {
  private static final String RETRY_AFTER_SECONDS = "5";
  private static final long DAY_SECONDS = 86_400;

  /** The end of the year 9999. */
  private static final long LATEST_SECONDS = 253_402_300_799L;

  private final Supplier<String> metrics;
  private final FleetAnswers answers;
  private volatile FleetView view;

  /**
   * Routes that answer once {@link #start} is called.
   *
   * @param nodeLabel the label that names the node
   * @param metrics the metrics of this process, in Prometheus's text format
   */
  public FleetApi(String nodeLabel, Supplier<String> metrics) {
    this.metrics = metrics;
    this.answers = new FleetAnswers(new FleetJson(nodeLabel));
  }

  /** Answers from now on. */
  public void start(FleetView connected) {
    view = connected;
  }

  /** Returns the gzipped JSON for somebody who may read these nodes. */
  @FunctionalInterface
  private interface Endpoint {
    CompletionStage<byte[]> answer(HttpServerRequest request, List<NodePattern> mayRead)
        throws Refusal;
  }

  /** A request that has no answer. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    private final int status;

    Refusal(int status, String message) {
      super(message, null, false, false);
      this.status = status;
    }
  }

  /** Computes something that takes a while. */
  @FunctionalInterface
  private interface Blocking {
    byte[] run() throws Refusal, StoreException;
  }

  @Override
  public void addTo(Routes routes, Readiness readiness, Authentication authentication) {
    routes.get("/api/fleet", forReaders(this::fleet, readiness, authentication));
    routes.get("/api/node", forReaders(this::node, readiness, authentication));
    routes.get("/api/aggregator", forReaders(this::aggregator, readiness, authentication));
  }

  private Handler<RoutingContext> forReaders(
      Endpoint endpoint, Readiness readiness, Authentication authentication) {
    return routing -> {
      HttpServerRequest request = routing.request();
      String obstacle = readiness.whyNotAccepting();
      if (obstacle == null) {
        authentication.authenticateReader(request, nodes -> answer(request, endpoint, nodes));
      } else {
        unavailable(request.response(), obstacle);
      }
    };
  }

  private static void answer(
      HttpServerRequest request, Endpoint endpoint, List<NodePattern> mayRead) {
    Context context = Vertx.currentContext();
    try {
      endpoint
          .answer(request, mayRead)
          .whenComplete(
              (body, problem) ->
                  context.runOnContext(
                      v -> {
                        if (problem == null) {
                          Reply.send(request, body);
                        } else {
                          fail(request.response(), problem);
                        }
                      }));
    } catch (Refusal e) {
      fail(request.response(), e);
    }
  }

  private CompletionStage<byte[]> fleet(HttpServerRequest request, List<NodePattern> mayRead)
      throws Refusal {
    Scope scope = new Scope(mayRead, number(request, "have", -1));
    return view.current().thenApplyAsync(snapshot -> answers.of(snapshot, scope), view.threads());
  }

  /** A node that the asker may not read is answered as one that does not exist. */
  private CompletionStage<byte[]> node(HttpServerRequest request, List<NodePattern> mayRead)
      throws Refusal {
    String name = request.getParam("name", "");
    // Rounded up: what was noted in this very second is part of the answer.
    long now = System.currentTimeMillis() / 1000 + 1;
    long start = number(request, "start", now - DAY_SECONDS);
    long end = number(request, "end", now);
    Refusal unknown = new Refusal(404, "there is no node " + name);
    if (!new Scope(mayRead, 0).includes(name)) {
      throw unknown;
    }
    return blocking(
        () ->
            json(view.source().details(name, start * 1000, end * 1000).orElseThrow(() -> unknown)));
  }

  private CompletionStage<byte[]> aggregator(HttpServerRequest request, List<NodePattern> mayRead)
      throws Refusal {
    if (new Scope(mayRead, 0).isRestricted()) {
      throw new Refusal(
          403, "you may read some nodes only; the state of the aggregator is about all");
    }
    return blocking(
        () ->
            json(
                "{\"time\":"
                    + System.currentTimeMillis() / 1000.0
                    + ",\"database\":"
                    + view.source().database()
                    + ",\"metrics\":"
                    + JsonWriter.quoted(metrics.get())
                    + "}"));
  }

  private static long number(HttpServerRequest request, String name, long otherwise)
      throws Refusal {
    String text = request.getParam(name, "");
    try {
      return text.isEmpty()
          ? otherwise
          : Math.max(0, Math.min(Long.parseLong(text), LATEST_SECONDS));
    } catch (NumberFormatException e) {
      throw new Refusal(400, name + " is not a whole number: " + text);
    }
  }

  private CompletionStage<byte[]> blocking(Blocking task) {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    try {
      view.threads()
          .execute(
              () -> {
                try {
                  answer.complete(task.run());
                } catch (Exception | Error e) {
                  answer.completeExceptionally(e);
                }
              });
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(e);
    }
    return answer;
  }

  private static byte[] json(String text) {
    return Reply.gzipped(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void fail(HttpServerResponse response, Throwable problem) {
    Throwable cause =
        problem instanceof CompletionException && problem.getCause() != null
            ? problem.getCause()
            : problem;
    if (cause instanceof Refusal refusal) {
      Responses.text(response, refusal.status, refusal.getMessage());
    } else if (cause instanceof StoreException e) {
      unavailable(response, e.getMessage());
    } else if (cause instanceof RejectedExecutionException) {
      unavailable(response, "too many requests of the page wait");
    } else {
      Responses.internalError(response, cause);
    }
  }

  private static void unavailable(HttpServerResponse response, String message) {
    Responses.text(response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS), 503, message);
  }
}
