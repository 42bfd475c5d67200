// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.ingest.request.Failures;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers that every route may give. */
public final class Responses {
  private static final Logger LOG = LoggerFactory.getLogger(Responses.class);

  private Responses() {}

  /** 503 and not 429: by default Prometheus drops samples that are answered with 429. */
  static void unavailable(HttpServerResponse response, String message, Duration retryAfter) {
    response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, retryAfter.toSeconds())));
    text(response, 503, message);
  }

  /** 401 with the schemes that are accepted. */
  static void unauthorized(HttpServerResponse response, String message) {
    unauthorized(response, message, "Bearer realm=\"harvester\", Basic realm=\"harvester\"");
  }

  /** 401 to a script of a page: a browser would ask for a password if it read the scheme Basic. */
  static void unauthorizedScript(HttpServerResponse response, String message) {
    unauthorized(response, message, "Bearer realm=\"harvester\"");
  }

  private static void unauthorized(HttpServerResponse response, String message, String schemes) {
    response.putHeader("WWW-Authenticate", schemes);
    textAndClose(response, 401, message);
  }

  /** 500: the cause goes to the log, the sender learns nothing of it. */
  public static void internalError(HttpServerResponse response, Throwable cause) {
    LOG.error("request failed", cause);
    if (!response.headWritten()) {
      textAndClose(response, 500, Failures.INTERNAL);
    }
  }

  /** A JSON body with the status that is set. */
  static void json(HttpServerResponse response, JsonObject content) {
    if (!response.ended() && !response.closed()) {
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .putHeader("X-Content-Type-Options", "nosniff")
          .end(content.encode() + "\n");
    }
  }

  /** Answers and closes the connection, so that the rest of the request need not be read. */
  static void textAndClose(HttpServerResponse response, int status, String message) {
    text(closing(response), status, message);
  }

  /** Has the connection closed after the answer. */
  public static HttpServerResponse closing(HttpServerResponse response) {
    return response.putHeader(HttpHeaders.CONNECTION, "close");
  }

  /** A plain-text body. */
  public static void text(HttpServerResponse response, int status, String message) {
    if (!response.ended() && !response.closed()) {
      response
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
          .putHeader("X-Content-Type-Options", "nosniff")
          .end(message + "\n");
    }
  }
}
