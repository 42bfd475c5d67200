// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.auth.AuthDecision;
import io.harvester.auth.Identity;
import io.harvester.auth.NodePattern;
import io.harvester.ingest.request.Admission;
import io.harvester.ingest.request.ReceivedRequest;
import io.harvester.ingest.request.RetryAfter;
import io.harvester.ingest.request.Sender;
import io.harvester.ingest.request.WriteOutcome;
import io.harvester.series.NodeScope;
import io.harvester.wire.MessageVersion;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/** {@code POST /api/v1/write}: negotiate, authenticate, admit, read, ingest, answer. */
final class WriteHandler implements Handler<HttpServerRequest> {
  private final Vertx vertx;
  private final Readiness readiness;
  private final Authentication authentication;
  private final Admission admission;
  private final BodyReader.Bounds bounds;
  private final Sender anonymous;
  private final NodeScope.Foreign foreign;

  /**
   * Handles writes.
   *
   * @param defaultNode node of series without a node label from an unauthenticated sender
   * @param foreign what the label of another node means, sent with the credential of one node
   */
  WriteHandler(
      Vertx vertx,
      Readiness readiness,
      Authentication authentication,
      Admission admission,
      BodyReader.Bounds bounds,
      String defaultNode,
      NodeScope.Foreign foreign) {
    this.vertx = vertx;
    this.readiness = readiness;
    this.authentication = authentication;
    this.admission = admission;
    this.bounds = bounds;
    this.anonymous = new Sender(NodeScope.honoring(defaultNode), false, NodePattern.ALL::matches);
    this.foreign = foreign;
  }

  @Override
  public void handle(HttpServerRequest request) {
    Negotiation negotiation =
        Negotiation.of(
            request.getHeader(HttpHeaders.CONTENT_TYPE),
            request.headers().getAll(HttpHeaders.CONTENT_ENCODING));
    if (negotiation.refusal() != null) {
      Responses.text(request.response(), 415, negotiation.refusal());
      return;
    }
    MessageVersion version = negotiation.version();
    String obstacle = readiness.whyNotAccepting();
    if (obstacle != null) {
      WriteResponse.send(request.response(), version, unavailable(obstacle));
      return;
    }
    authentication.authenticate(request, decision -> admit(request, version, sender(decision)));
  }

  private Sender sender(AuthDecision decision) {
    return decision instanceof AuthDecision.Granted granted
        ? sender(granted.identity())
        : anonymous;
  }

  private Sender sender(Identity identity) {
    NodeScope scope =
        identity.isGateway()
            ? NodeScope.honoring(identity.node())
            : new NodeScope(identity.node(), foreign);
    return new Sender(scope, true, identity::owns);
  }

  private void admit(HttpServerRequest request, MessageVersion version, Sender sender) {
    if (sender.known()) {
      Optional<WriteOutcome> refusal = readiness.backend().rateLimit().refusal(sender.node());
      if (refusal.isPresent()) {
        WriteResponse.send(request.response(), version, refusal.get());
        return;
      }
    }
    Admission.Ticket ticket = admission.enter(sender.known() ? sender.node() : null);
    if (ticket == null) {
      WriteResponse.send(
          request.response(),
          version,
          unavailable("too many requests in flight (HARVESTER_MAX_REQUESTS_IN_FLIGHT)"));
      return;
    }
    BodyReader.read(vertx, request, ticket, bounds, new Ingest(request, version, sender, ticket));
  }

  private static WriteOutcome unavailable(String why) {
    return WriteOutcome.Unavailable.nothing(why, RetryAfter.SHORT);
  }

  /** Ingests the body and answers. */
  private final class Ingest implements BodyReader.Listener {
    private final HttpServerResponse response;
    private final MessageVersion version;
    private final Sender sender;
    private final Admission.Ticket ticket;

    Ingest(
        HttpServerRequest request, MessageVersion version, Sender sender, Admission.Ticket ticket) {
      this.response = request.response();
      this.version = version;
      this.sender = sender;
      this.ticket = ticket;
    }

    @Override
    public void complete(byte[] body, int length) {
      Context context = Vertx.currentContext();
      readiness
          .backend()
          .pipeline()
          .submit(
              new ReceivedRequest(body, length, version, sender, ticket),
              outcome -> context.runOnContext(v -> answer(outcome)));
    }

    private void answer(WriteOutcome outcome) {
      if (!response.closed()) { // else the sender gave up, and will repeat the request
        WriteResponse.send(response, version, outcome);
      }
    }

    @Override
    public void refused(int status, String message) {
      ticket.close();
      WriteOutcome outcome =
          status == 413 ? new WriteOutcome.TooLarge(message) : unavailable(message);
      WriteResponse.send(Responses.closing(response), version, outcome);
    }

    @Override
    public void gone() {
      ticket.close();
    }
  }
}
