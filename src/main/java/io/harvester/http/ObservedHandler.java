package io.harvester.http;

import io.harvester.metrics.HttpMetrics;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nearly all requests are writes, and these need no router: it is a good part of what the JVM has
 * to compile in its first minute.
 */
final class WriteFastPath implements Handler<HttpServerRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(WriteFastPath.class);

  private final String path;
  private final Handler<HttpServerRequest> writes;
  private final Handler<HttpServerRequest> others;
  private final Connections connections;
  private final HttpMetrics metrics;

  /** Requests to that path go to {@code writes}; {@code others} must know it, too. */
  WriteFastPath(
      String path,
      Handler<HttpServerRequest> writes,
      Handler<HttpServerRequest> others,
      Connections connections,
      HttpMetrics metrics) {
    this.path = path;
    this.writes = writes;
    this.others = others;
    this.connections = connections;
    this.metrics = metrics;
  }

  @Override
  public void handle(HttpServerRequest request) {
    // Whatever is spelled otherwise, or is no POST, the router sees to.
    if (!request.method().equals(HttpMethod.POST) || !path.equals(request.path())) {
      others.handle(request);
      return;
    }
    observe(request);
    try {
      writes.handle(request);
    } catch (RuntimeException e) {
      LOG.error("a request was not handled", e);
      Responses.textAndClose(request.response(), 500, "internal error, see the aggregator's log");
    }
  }

  private void observe(HttpServerRequest request) {
    long start = System.nanoTime();
    HttpConnection connection = request.connection();
    HttpServerResponse response = request.response();
    connections.requestBegins(connection);
    response.endHandler( // also where the connection was closed before
        end -> {
          connections.requestEnds(connection);
          metrics.answered(
              path,
              response.ended() ? response.getStatusCode() : HttpMetrics.GONE,
              System.nanoTime() - start);
        });
  }
}
