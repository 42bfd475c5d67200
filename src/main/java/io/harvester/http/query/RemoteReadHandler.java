// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.harvester.auth.NodePattern;
import io.harvester.http.BodyReader;
import io.harvester.http.Responses;
import io.harvester.http.query.QueryHandler.Environment;
import io.harvester.http.remoteread.ReadAnswer;
import io.harvester.http.remoteread.ReadSeries;
import io.harvester.http.remoteread.RemoteReadException;
import io.harvester.http.remoteread.RemoteReadRequest;
import io.harvester.ingest.request.Admission;
import io.harvester.query.engine.StoredLabels;
import io.harvester.storage.StoreException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** {@code POST /api/v1/read}: passes stored samples to a Prometheus. */
final class RemoteReadHandler implements Handler<RoutingContext> {
  private static final long MAX_BODY_BYTES = 1 << 20;
  private static final int MAX_BODIES = 100;
  private static final String NAME = "read";
  private static final String RETRY_AFTER_SECONDS = "1";

  private final Environment environment;
  private final long maxSamples;
  private final long timeoutMillis;
  private final Admission admission = new Admission(MAX_BODIES, MAX_BODIES * MAX_BODY_BYTES);

  /**
   * A handler.
   *
   * @param maxSamples maximum number of samples of an answer
   * @param timeoutMillis time for the body to arrive
   */
  RemoteReadHandler(Environment environment, long maxSamples, long timeoutMillis) {
    this.environment = environment;
    this.maxSamples = maxSamples;
    this.timeoutMillis = timeoutMillis;
  }

  @Override
  public void handle(RoutingContext routing) {
    String obstacle = environment.readiness().whyNotAccepting();
    if (obstacle != null) {
      unavailable(routing.response(), obstacle);
      return;
    }
    environment
        .authentication()
        .authenticateReader(routing.request(), nodes -> readBody(routing, nodes));
  }

  private void readBody(RoutingContext routing, List<NodePattern> nodes) {
    Admission.Ticket ticket = admission.enter();
    if (ticket == null) {
      unavailable(routing.response(), "too many requests are being received");
      return;
    }
    BodyReader.read(
        routing.vertx(),
        routing.request(),
        ticket,
        new BodyReader.Bounds(MAX_BODY_BYTES, "for remote read", timeoutMillis),
        new Body(routing, ticket, new ReadScope(nodes, environment.nodeLabel())));
  }

  private String answer(
      HttpServerResponse response, ReadScope scope, byte[] body, int length, BooleanSupplier gone) {
    try {
      RemoteReadRequest request = RemoteReadRequest.parse(body, length);
      List<ReadSeries> results = read(request, request.streamed(), scope, gone);
      boolean streamed = request.streamed();
      if (streamed && results.stream().anyMatch(ReadSeries::hasHistograms)) {
        if (!request.samples()) {
          return refuse(
              response, "native histograms can only be read as samples (response type SAMPLES)");
        }
        streamed = false;
        results = read(request, false, scope, gone);
      }
      if (results.stream().anyMatch(ReadSeries::isTooLarge)) {
        return refuse(
            response,
            "the answer has more than %d samples (HARVESTER_QUERY_MAX_SAMPLES)"
                .formatted(maxSamples));
      }
      send(response, results, streamed, gone);
      return "success";
    } catch (RemoteReadException e) {
      return refuse(response, e.getMessage());
    } catch (StoreException e) {
      unavailable(response, e.getMessage());
      return "unavailable";
    } catch (IOException e) {
      return "canceled";
    } catch (RuntimeException | Error e) {
      Responses.internalError(response, e);
      return "internal";
    }
  }

  private List<ReadSeries> read(
      RemoteReadRequest request, boolean streamed, ReadScope scope, BooleanSupplier gone)
      throws StoreException {
    List<ReadSeries> results = new ArrayList<>();
    for (RemoteReadRequest.Query query : request.queries()) {
      ReadSeries series =
          new ReadSeries(
              labels -> StoredLabels.of(labels, environment.nodeLabel()), maxSamples, streamed);
      environment
          .backend()
          .get()
          .reader()
          .read(
              scope.within(query.matchers()),
              query.from(),
              query.to(),
              series,
              () -> gone.getAsBoolean() || series.isTooLarge());
      results.add(series);
    }
    return results;
  }

  private static void send(
      HttpServerResponse response, List<ReadSeries> results, boolean streamed, BooleanSupplier gone)
      throws IOException {
    response.setStatusCode(200);
    if (!streamed) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "snappy");
    }
    response.putHeader(
        HttpHeaders.CONTENT_TYPE, streamed ? ReadAnswer.STREAM_TYPE : ReadAnswer.SAMPLES_TYPE);
    try (OutputStream out = new ReplyStream(response, gone)) {
      if (streamed) {
        ReadAnswer.writeStream(results, out);
      } else {
        out.write(ReadAnswer.samples(results));
      }
    }
  }

  private static String refuse(HttpServerResponse response, String message) {
    Responses.text(response, 400, message);
    return "bad_data";
  }

  private static void unavailable(HttpServerResponse response, String message) {
    Responses.text(response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS), 503, message);
  }

  private final class Body implements BodyReader.Listener {
    private final RoutingContext routing;
    private final Admission.Ticket ticket;
    private final ReadScope scope;

    Body(RoutingContext routing, Admission.Ticket ticket, ReadScope scope) {
      this.routing = routing;
      this.ticket = ticket;
      this.scope = scope;
    }

    @Override
    public void complete(byte[] body, int length) {
      ticket.close();
      HttpServerResponse response = routing.response();
      environment.enqueue(
          NAME,
          response,
          (gone, queuedNanos) -> answer(response, scope, body, length, gone),
          reason -> unavailable(response, reason));
    }

    @Override
    public void refused(int status, String message) {
      ticket.close();
      Responses.text(Responses.closing(routing.response()), status, message);
    }

    @Override
    public void gone() {
      ticket.close();
    }
  }
}
