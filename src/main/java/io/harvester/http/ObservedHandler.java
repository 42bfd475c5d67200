// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.metrics.HttpMetrics;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.Set;

/**
 * The outermost handler of a listener: tracks the connection, measures every request, refuses those
 * that violate HTTP, and answers 500 where the handler inside throws.
 */
final class ObservedHandler implements Handler<HttpServerRequest> {
  private final Handler<HttpServerRequest> inside;
  private final Set<String> paths;
  private final Connections connections;
  private final HttpMetrics metrics;

  /** Requests are counted by path if it is one of {@code paths}. */
  ObservedHandler(
      Handler<HttpServerRequest> inside,
      Set<String> paths,
      Connections connections,
      HttpMetrics metrics) {
    this.inside = inside;
    this.paths = paths;
    this.connections = connections;
    this.metrics = metrics;
  }

  @Override
  public void handle(HttpServerRequest request) {
    observe(request);
    try {
      Optional<RequestRules.Violation> violation = RequestRules.check(request);
      if (violation.isPresent()) {
        Responses.textAndClose(
            request.response(), violation.get().status(), violation.get().message());
      } else {
        inside.handle(request);
      }
    } catch (RuntimeException | Error e) {
      Responses.internalError(request.response(), e);
    }
  }

  private void observe(HttpServerRequest request) {
    long start = System.nanoTime();
    HttpConnection connection = request.connection();
    HttpServerResponse response = request.response();
    connections.requestBegins(connection);
    response.putHeader(HttpHeaders.DATE, HttpDate.now());
    response.endHandler( // called when the connection closes, too
        end -> {
          connections.requestEnds(connection);
          metrics.answered(
              paths.contains(request.path()) ? request.path() : null,
              response.ended() ? response.getStatusCode() : HttpMetrics.GONE,
              System.nanoTime() - start);
        });
  }
}
