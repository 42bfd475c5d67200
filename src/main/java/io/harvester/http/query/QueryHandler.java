// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.harvester.auth.NodePattern;
import io.harvester.http.Authentication;
import io.harvester.http.ContentCoding;
import io.harvester.http.Readiness;
import io.harvester.http.Responses;
import io.harvester.http.json.JsonWriter;
import io.harvester.metrics.QueryMetrics;
import io.harvester.query.engine.QueryException;
import io.harvester.storage.StoreException;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Authenticates a request, waits for a thread, has its endpoint answer, and writes the JSON. */
final class QueryHandler implements Handler<RoutingContext> {
  private static final Logger LOG = LoggerFactory.getLogger(QueryHandler.class);

  private static final int MAX_ANNOTATIONS = 10;
  private static final int GZIP_BUFFER_BYTES = 32 * 1024;

  private final Environment environment;
  private final String name;
  private final Endpoint endpoint;

  /**
   * What all endpoints share.
   *
   * @param backend null: not connected yet
   */
  record Environment(
      Readiness readiness,
      Authentication authentication,
      FormReader forms,
      Supplier<QueryBackend> backend,
      QueryThreads threads,
      String nodeLabel,
      QueryMetrics metrics) {
    /** Answers a request on a query thread. */
    @FunctionalInterface
    interface Query {
      /** Returns the outcome, for metrics. */
      String answer(BooleanSupplier gone, long queuedNanos);
    }

    /**
     * Has a query answered when a thread is free.
     *
     * @param name of the endpoint, for metrics
     * @param tooMany receives the reason if too many queries wait
     */
    void enqueue(String name, HttpServerResponse response, Query query, Consumer<String> tooMany) {
      AtomicBoolean gone = new AtomicBoolean();
      response.closeHandler(v -> gone.set(true));
      long enqueued = System.nanoTime();
      boolean accepted =
          threads.run(
              () -> {
                String outcome = query.answer(gone::get, System.nanoTime() - enqueued);
                metrics.answered(name, outcome, System.nanoTime() - enqueued);
              });
      if (!accepted) {
        metrics.answered(name, ApiException.Type.UNAVAILABLE.text(), 0);
        tooMany.accept(threads.tooMany());
      }
    }
  }

  /**
   * A handler.
   *
   * @param name of the endpoint, for metrics
   */
  QueryHandler(Environment environment, String name, Endpoint endpoint) {
    this.environment = environment;
    this.name = name;
    this.endpoint = endpoint;
  }

  @Override
  public void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    String obstacle = environment.readiness().whyNotAccepting();
    if (obstacle != null) {
      fail(request.response(), new ApiException(ApiException.Type.UNAVAILABLE, obstacle));
      return;
    }
    environment
        .authentication()
        .authenticateReader(
            request,
            nodes ->
                environment
                    .forms()
                    .read(
                        routing,
                        values -> enqueue(routing, values, nodes),
                        problem -> fail(request.response(), problem)));
  }

  private void enqueue(RoutingContext routing, MultiMap values, List<NodePattern> nodes) {
    HttpServerResponse response = routing.response();
    routing.pathParams().forEach(values::set);
    boolean gzip = ContentCoding.acceptsGzip(routing.request());
    environment.enqueue(
        name,
        response,
        (gone, queuedNanos) -> {
          Call call =
              new Call(
                  new Parameters(values),
                  environment.backend().get(),
                  new ReadScope(nodes, environment.nodeLabel()),
                  gone,
                  queuedNanos);
          return answer(call, response, gzip);
        },
        reason -> fail(response, new ApiException(ApiException.Type.UNAVAILABLE, reason)));
  }

  /** Returns the outcome, for metrics. */
  private String answer(Call call, HttpServerResponse response, boolean gzip) {
    try {
      if (call.cancelled().getAsBoolean()) {
        return ApiException.Type.CANCELED.text();
      }
      Endpoint.Reply reply = endpoint.answer(call);
      write(reply, response, gzip, call);
      return "success";
    } catch (ApiException e) {
      return fail(response, e);
    } catch (QueryException e) {
      return fail(response, ApiException.of(e));
    } catch (StoreException e) {
      return fail(response, new ApiException(ApiException.Type.UNAVAILABLE, e.getMessage()));
    } catch (IOException e) {
      LOG.debug("{}: {}", name, e.getMessage());
      return ApiException.Type.CANCELED.text();
    } catch (RuntimeException | Error e) {
      Responses.internalError(response, e);
      return "internal";
    }
  }

  private static void write(
      Endpoint.Reply reply, HttpServerResponse response, boolean gzip, Call call)
      throws IOException {
    head(response, 200);
    if (gzip) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    try (OutputStream out = body(response, gzip, call)) {
      JsonWriter json = new JsonWriter(out);
      json.raw("{\"status\":\"success\",\"data\":");
      reply.data().writeTo(json);
      annotations(json, "warnings", reply.warnings());
      annotations(json, "infos", reply.infos());
      json.raw('}').flush();
    }
  }

  private static OutputStream body(HttpServerResponse response, boolean gzip, Call call)
      throws IOException {
    OutputStream plain = new ReplyStream(response, call.cancelled());
    return gzip ? new FastGzip(plain) : plain;
  }

  /** Compresses three times as fast as at the default level, and a fifth worse. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, GZIP_BUFFER_BYTES);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  private static void annotations(JsonWriter json, String name, List<String> texts)
      throws IOException {
    if (!texts.isEmpty()) {
      json.raw(",\"").raw(name).raw("\":");
      json.strings(texts.size() > MAX_ANNOTATIONS ? shortened(texts) : texts);
    }
  }

  private static List<String> shortened(List<String> texts) {
    List<String> first = new ArrayList<>(texts.subList(0, MAX_ANNOTATIONS));
    first.add((texts.size() - MAX_ANNOTATIONS) + " more annotations omitted");
    return first;
  }

  private static String fail(HttpServerResponse response, ApiException problem) {
    if (!response.ended() && !response.closed() && !response.headWritten()) {
      head(response, problem.type().status());
      if (problem.type() == ApiException.Type.BODY_TOO_LARGE) {
        Responses.closing(response);
      }
      if (problem.type() == ApiException.Type.UNAVAILABLE) {
        response.putHeader(HttpHeaders.RETRY_AFTER, "1");
      }
      StringBuilder body = new StringBuilder("{\"status\":\"error\",\"errorType\":\"");
      body.append(problem.type().text()).append("\",\"error\":");
      response.end(body.append(JsonWriter.quoted(problem.getMessage())).append('}').toString());
    }
    return problem.type().text();
  }

  private static void head(HttpServerResponse response, int status) {
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader(HttpHeaders.VARY, "Accept-Encoding");
  }
}
