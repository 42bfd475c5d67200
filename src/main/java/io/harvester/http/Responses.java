package io.harvester.http;

import io.harvester.ingest.request.WriteOutcome;
import io.harvester.wire.MessageVersion;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** The one place where an outcome becomes a status, headers and a body. */
final class Responses {
  private static final String WRITTEN = "X-Prometheus-Remote-Write-%s-Written";
  private static final String SAMPLES = WRITTEN.formatted("Samples");
  private static final String HISTOGRAMS = WRITTEN.formatted("Histograms");
  private static final String EXEMPLARS = WRITTEN.formatted("Exemplars");

  private Responses() {}

  /** Answers a write request. */
  static void send(HttpServerResponse response, MessageVersion version, WriteOutcome outcome) {
    if (version == MessageVersion.V2) {
      WriteOutcome.Written written = outcome.written();
      response
          .putHeader(SAMPLES, Long.toString(written.samples()))
          .putHeader(HISTOGRAMS, Long.toString(written.histograms()))
          .putHeader(EXEMPLARS, Long.toString(written.exemplars()));
    }
    if (outcome instanceof WriteOutcome.Stored) {
      response.setStatusCode(204).end();
    } else if (outcome instanceof WriteOutcome.PartlyRejected rejected) {
      text(response, 400, rejected.message());
    } else if (outcome instanceof WriteOutcome.Malformed malformed) {
      text(response, 400, malformed.message());
    } else if (outcome instanceof WriteOutcome.Forbidden forbidden) {
      text(response, 403, forbidden.message());
    } else if (outcome instanceof WriteOutcome.TooLarge tooLarge) {
      text(response, 413, tooLarge.message());
    } else if (outcome instanceof WriteOutcome.Unavailable unavailable) {
      unavailable(response, unavailable.message(), unavailable.retryAfter());
    } else {
      throw new IllegalStateException("no answer for " + outcome);
    }
  }

  /** 503: never 429, which Prometheus by default takes as permission to drop the samples. */
  static void unavailable(HttpServerResponse response, String message, Duration retryAfter) {
    response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, retryAfter.toSeconds())));
    text(response, 503, message);
  }

  /** 401, with what would open the door. */
  static void unauthorized(HttpServerResponse response, String message) {
    response.putHeader("WWW-Authenticate", "Bearer realm=\"harvester\", Basic realm=\"harvester\"");
    textAndClose(response, 401, message);
  }

  /** A JSON answer with the status that was set. */
  static void json(HttpServerResponse response, JsonObject content) {
    if (!response.ended() && !response.closed()) {
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .putHeader("X-Content-Type-Options", "nosniff")
          .end(content.encode() + "\n");
    }
  }

  /** Answers and closes the connection: the rest of the request is not worth reading. */
  static void textAndClose(HttpServerResponse response, int status, String message) {
    text(closing(response), status, message);
  }

  /** Has the connection closed after the answer. */
  static HttpServerResponse closing(HttpServerResponse response) {
    return response.putHeader(HttpHeaders.CONNECTION, "close");
  }

  /** A plain-text answer. */
  static void text(HttpServerResponse response, int status, String message) {
    if (!response.ended() && !response.closed()) {
      response
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
          .putHeader("X-Content-Type-Options", "nosniff")
          .end(message + "\n");
    }
  }
}
