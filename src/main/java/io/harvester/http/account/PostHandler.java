// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.account;

import io.harvester.account.ActionRefusedException;
import io.harvester.auth.AccessUnavailableException;
import io.harvester.http.BodyReader;
import io.harvester.http.MediaType;
import io.harvester.http.Readiness;
import io.harvester.http.Responses;
import io.harvester.http.ReverseProxy;
import io.harvester.ingest.request.Admission;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Receives requests that change something, does it on threads of its own, and answers. */
final class PostHandler {
  private static final long MAX_BODY_BYTES = 16 * 1024;
  private static final int MAX_BODIES = 100;
  private static final int MAX_WAITING = 50;
  private static final String RETRY_AFTER_SECONDS = "5";
  private static final String JSON = "application/json";

  private final Admission admission = new Admission(MAX_BODIES, MAX_BODIES * MAX_BODY_BYTES);
  private final AtomicInteger waiting = new AtomicInteger();
  private final ReverseProxy proxy;
  private final WorkerExecutor worker;
  private final long timeoutMillis;

  /**
   * A handler.
   *
   * @param name of its threads
   * @param threads how many requests are worked on at a time
   * @param timeoutMillis time for a body to arrive
   */
  PostHandler(Vertx vertx, ReverseProxy proxy, String name, int threads, long timeoutMillis) {
    this.proxy = proxy;
    this.worker = vertx.createSharedWorkerExecutor(name, threads);
    this.timeoutMillis = timeoutMillis;
  }

  /** Whether the request may go on; otherwise it is answered. */
  boolean isAccepted(HttpServerRequest request, Readiness readiness) {
    String obstacle = readiness.whyNotAccepting();
    if (obstacle != null) {
      unavailable(request.response(), obstacle);
      return false;
    }
    Optional<String> foreign = proxy.foreignOrigin(request);
    if (foreign.isPresent()) {
      Responses.text(Responses.closing(request.response()), 403, foreign.get());
      return false;
    }
    return true;
  }

  /** Passes the body on, on the request's event loop; answers if it is not a JSON object. */
  void read(RoutingContext routing, Consumer<JsonObject> accepted) {
    HttpServerRequest request = routing.request();
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type == null
        || MediaType.parse(type).filter(media -> media.type().equals(JSON)).isEmpty()) {
      Responses.text(
          Responses.closing(request.response()), 415, "the Content-Type must be " + JSON);
      return;
    }
    Admission.Ticket ticket = admission.enter();
    if (ticket == null) {
      unavailable(Responses.closing(request.response()), "too many requests of the page wait");
      return;
    }
    BodyReader.read(
        routing.vertx(),
        request,
        ticket,
        new BodyReader.Bounds(MAX_BODY_BYTES, "for an action of the page", timeoutMillis),
        new Body(request.response(), ticket, accepted));
  }

  /** Does something that blocks, and answers with what it returns, or with why it failed. */
  <T> void run(HttpServerResponse response, Callable<T> task, Consumer<T> answer) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      unavailable(response, "too many requests of the page wait");
      return;
    }
    worker
        .executeBlocking(task, false)
        .onComplete(done -> waiting.decrementAndGet())
        .onSuccess(answer::accept)
        .onFailure(problem -> fail(response, problem));
  }

  private static void fail(HttpServerResponse response, Throwable problem) {
    if (problem instanceof ActionRefusedException) {
      Responses.text(response, 409, problem.getMessage());
    } else if (problem instanceof AccessUnavailableException) {
      unavailable(response, problem.getMessage());
    } else {
      Responses.internalError(response, problem);
    }
  }

  static void unavailable(HttpServerResponse response, String message) {
    Responses.text(response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS), 503, message);
  }

  /** Answers with JSON that no cache keeps. */
  static void json(HttpServerResponse response, int status, JsonObject content) {
    if (!response.ended() && !response.closed()) {
      response
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
          .putHeader("X-Content-Type-Options", "nosniff")
          .end(content.encode() + "\n");
    }
  }

  private record Body(
      HttpServerResponse response, Admission.Ticket ticket, Consumer<JsonObject> accepted)
      implements BodyReader.Listener {
    @Override
    public void complete(byte[] body, int length) {
      ticket.close();
      JsonObject fields;
      try {
        fields = Buffer.buffer(body).slice(0, length).toJsonObject();
      } catch (DecodeException | ClassCastException e) {
        Responses.text(response, 400, "the body must be a JSON object");
        return;
      }
      try {
        accepted.accept(fields);
      } catch (BadRequestException e) {
        Responses.text(response, 400, e.getMessage());
      }
    }

    @Override
    public void refused(int status, String message) {
      ticket.close();
      Responses.text(Responses.closing(response), status, message);
    }

    @Override
    public void gone() {
      ticket.close();
    }
  }
}
