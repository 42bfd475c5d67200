package io.harvester.http;

import io.harvester.ingest.Admission;
import io.harvester.ingest.ReceivedRequest;
import io.harvester.ingest.WriteOutcome;
import io.harvester.wire.MessageVersion;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** {@code POST /api/v1/write}: what is it, is there room, read, ingest, answer. */
final class WriteHandler implements Handler<RoutingContext> {
  private static final Duration RETRY_SOON = Duration.ofSeconds(1);

  private final Service service;
  private final Admission admission;
  private final Limits limits;

  /** What a body may be: bytes, milliseconds, and whose series without node label are. */
  record Limits(long maxBytes, long timeoutMillis, String defaultNode) {}

  WriteHandler(Service service, Admission admission, Limits limits) {
    this.service = service;
    this.admission = admission;
    this.limits = limits;
  }

  @Override
  public void handle(RoutingContext routing) {
    var request = routing.request();
    Negotiation negotiation =
        Negotiation.of(request.getHeader("Content-Type"), request.getHeader("Content-Encoding"));
    if (negotiation.refusal() != null) {
      Answers.text(routing.response(), 415, negotiation.refusal());
      return;
    }
    MessageVersion version = negotiation.version();
    String unready = service.unready();
    if (unready != null) {
      Answers.send(routing.response(), version, unavailable(unready));
      return;
    }
    Admission.Ticket ticket = admission.enter();
    if (ticket == null) {
      Answers.send(
          routing.response(),
          version,
          unavailable("too many requests in flight (HARVESTER_MAX_REQUESTS_IN_FLIGHT)"));
      return;
    }
    BodyReader.read(
        routing.vertx(),
        request,
        ticket,
        limits.maxBytes(),
        limits.timeoutMillis(),
        new Ingest(routing, version, ticket));
  }

  private static WriteOutcome unavailable(String why) {
    return WriteOutcome.Unavailable.nothing(why, RETRY_SOON);
  }

  /** What follows once the body is read, or not. */
  private final class Ingest implements BodyReader.Listener {
    private final HttpServerResponse response;
    private final MessageVersion version;
    private final Admission.Ticket ticket;

    Ingest(RoutingContext routing, MessageVersion version, Admission.Ticket ticket) {
      this.response = routing.response();
      this.version = version;
      this.ticket = ticket;
    }

    @Override
    public void complete(byte[] body, int length) {
      Context context = Vertx.currentContext();
      service.ingest(
          new ReceivedRequest(body, length, version, limits.defaultNode(), ticket),
          outcome -> context.runOnContext(v -> answer(outcome)));
    }

    private void answer(WriteOutcome outcome) {
      if (!response.closed()) { // else the sender gave up; it will send the same again
        Answers.send(response, version, outcome);
      }
    }

    @Override
    public void refused(int status, String message, boolean close) {
      ticket.close();
      if (close) {
        Answers.textAndClose(response, status, message);
      } else {
        Answers.send(response, version, unavailable(message));
      }
    }

    @Override
    public void gone() {
      ticket.close();
    }
  }
}
