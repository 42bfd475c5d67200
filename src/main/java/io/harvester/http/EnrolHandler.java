// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.auth.AccessUnavailableException;
import io.harvester.auth.Enrolment;
import io.harvester.auth.NodeName;
import io.harvester.auth.Secret;
import io.harvester.ingest.request.Admission;
import io.harvester.ingest.request.RetryAfter;
import io.vertx.core.Handler;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code POST /api/v1/enrol}: exchanges an enrolment key for a node's token. */
final class EnrolHandler implements Handler<RoutingContext> {
  private static final long MAX_BODY_BYTES = 4096;
  private static final int MAX_WAITING = 200;

  private final Readiness readiness;
  private final Admission admission;
  private final WorkerExecutor worker;
  private final long timeoutMillis;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * A handler.
   *
   * @param worker waits for the database
   * @param timeoutMillis time for the body to arrive
   */
  EnrolHandler(
      Readiness readiness, Admission admission, WorkerExecutor worker, long timeoutMillis) {
    this.readiness = readiness;
    this.admission = admission;
    this.worker = worker;
    this.timeoutMillis = timeoutMillis;
  }

  @Override
  public void handle(RoutingContext routing) {
    HttpServerResponse response = routing.response();
    String obstacle = readiness.whyNotAccepting();
    if (obstacle != null) {
      Responses.unavailable(response, obstacle, RetryAfter.LONG);
      return;
    }
    Optional<Secret> key = CredentialReader.bearer(routing.request());
    if (key.isEmpty()) {
      Responses.unauthorized(response, "an enrolment key is required: Authorization: Bearer <key>");
      return;
    }
    Admission.Ticket ticket = admission.enter();
    if (ticket == null || waiting.get() >= MAX_WAITING) {
      if (ticket != null) {
        ticket.close();
      }
      Responses.unavailable(response, "too many enrolments in progress", RetryAfter.LONG);
      return;
    }
    BodyReader.read(
        routing.vertx(),
        routing.request(),
        ticket,
        new BodyReader.Bounds(MAX_BODY_BYTES, "for an enrolment", timeoutMillis),
        new Body(routing, key.get(), ticket));
  }

  private void enrol(RoutingContext routing, Secret key, Buffer body) {
    HttpServerResponse response = routing.response();
    String node;
    try {
      node = body.toJsonObject().getString("node", "");
    } catch (DecodeException | ClassCastException e) {
      Responses.text(response, 400, "the body must be JSON: {\"node\":\"NAME\"}");
      return;
    }
    if (node == null || !NodeName.isValid(node)) {
      Responses.text(response, 400, "\"node\" must be " + NodeName.rule());
      return;
    }
    String address = routing.request().remoteAddress().hostAddress();
    waiting.incrementAndGet();
    worker
        .executeBlocking(() -> readiness.backend().enrolment().enrol(key, node, address), false)
        .onComplete(done -> waiting.decrementAndGet())
        .onSuccess(outcome -> answer(response, node, outcome))
        .onFailure(e -> answerFailure(response, e));
  }

  private static void answerFailure(HttpServerResponse response, Throwable e) {
    if (e instanceof AccessUnavailableException) {
      Responses.unavailable(response, e.getMessage(), RetryAfter.LONG);
    } else {
      Responses.internalError(response, e);
    }
  }

  private static void answer(HttpServerResponse response, String node, Enrolment.Outcome outcome) {
    if (outcome instanceof Enrolment.Enrolled enrolled) {
      response.setStatusCode(201).putHeader("Cache-Control", "no-store");
      Responses.json(
          response, new JsonObject().put("node", node).put("token", enrolled.token().reveal()));
    } else if (outcome instanceof Enrolment.TooManyAttempts tooMany) {
      response.putHeader("Retry-After", Long.toString(tooMany.retryAfterSeconds()));
      Responses.text(response, 429, "too many failed enrolments from this address");
    } else if (outcome instanceof Enrolment.Refused refused) {
      switch (refused.result()) {
        case ALREADY_ENROLLED -> Responses.text(response, 409, refused.message());
        case NODE_REFUSED -> Responses.text(response, 403, refused.message());
        default -> Responses.unauthorized(response, refused.message());
      }
    }
  }

  private final class Body implements BodyReader.Listener {
    private final RoutingContext routing;
    private final Secret key;
    private final Admission.Ticket ticket;

    Body(RoutingContext routing, Secret key, Admission.Ticket ticket) {
      this.routing = routing;
      this.key = key;
      this.ticket = ticket;
    }

    @Override
    public void complete(byte[] body, int length) {
      ticket.close();
      enrol(routing, key, Buffer.buffer(body).slice(0, length));
    }

    @Override
    public void refused(int status, String message) {
      ticket.close();
      if (status == 503) {
        Responses.unavailable(Responses.closing(routing.response()), message, RetryAfter.LONG);
      } else {
        Responses.textAndClose(routing.response(), status, message);
      }
    }

    @Override
    public void gone() {
      ticket.close();
    }
  }
}
