// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.harvester.http.BodyReader;
import io.harvester.http.MediaType;
import io.harvester.ingest.request.Admission;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads the parameters of a request: of its URL, and of its body if that is a form. */
final class FormReader {
  private static final String FORM = "application/x-www-form-urlencoded";

  /** Grafana sends long lists of nodes by POST. */
  private static final long MAX_BYTES = 1 << 20;

  private static final int MAX_BODIES = 1_000;
  private static final int MAX_PARAMETERS = 10_000;

  private final Admission admission = new Admission(MAX_BODIES, 64 * MAX_BYTES);
  private final long timeoutMillis;

  /** {@code timeoutMillis}: time for a body to arrive. */
  FormReader(long timeoutMillis) {
    this.timeoutMillis = timeoutMillis;
  }

  /** Passes all parameters on, on the request's event loop, those of the body first. */
  void read(RoutingContext routing, Consumer<MultiMap> values, Consumer<ApiException> refused) {
    HttpServerRequest request = routing.request();
    MultiMap fromUrl = MultiMap.caseInsensitiveMultiMap();
    try {
      add(request.query() == null ? "" : request.query(), fromUrl);
    } catch (IllegalArgumentException e) {
      refused.accept(ApiException.badData("error parsing form values: " + e.getMessage()));
      return;
    }
    if (!request.method().equals(HttpMethod.POST)) {
      values.accept(fromUrl);
      return;
    }
    if (!isForm(request)) {
      values.accept(fromUrl);
      return;
    }
    Admission.Ticket ticket = admission.enter();
    if (ticket == null) {
      refused.accept(
          new ApiException(ApiException.Type.UNAVAILABLE, "too many queries are being received"));
      return;
    }
    BodyReader.read(
        routing.vertx(),
        request,
        ticket,
        new BodyReader.Bounds(MAX_BYTES, "for a query", timeoutMillis),
        new Body(ticket, fromUrl, values, refused));
  }

  private static boolean isForm(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    return type != null
        && MediaType.parse(type).filter(media -> media.type().equals(FORM)).isPresent();
  }

  private static void add(String encoded, MultiMap into) {
    String[] pairs = encoded.split("&", MAX_PARAMETERS + 1);
    if (pairs.length > MAX_PARAMETERS) {
      throw new IllegalArgumentException("more than " + MAX_PARAMETERS + " parameters");
    }
    for (String pair : pairs) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        into.add(decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1)));
      }
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private record Body(
      Admission.Ticket ticket,
      MultiMap fromUrl,
      Consumer<MultiMap> values,
      Consumer<ApiException> refused)
      implements BodyReader.Listener {
    @Override
    public void complete(byte[] body, int length) {
      ticket.close();
      MultiMap all = MultiMap.caseInsensitiveMultiMap();
      try {
        add(new String(body, 0, length, StandardCharsets.UTF_8), all);
      } catch (IllegalArgumentException e) {
        refused.accept(ApiException.badData("error parsing form values: " + e.getMessage()));
        return;
      }
      fromUrl.forEach((name, value) -> all.add(name, value));
      values.accept(all);
    }

    @Override
    public void refused(int status, String message) {
      ticket.close();
      refused.accept(
          new ApiException(
              status == 503 ? ApiException.Type.UNAVAILABLE : ApiException.Type.BODY_TOO_LARGE,
              message));
    }

    @Override
    public void gone() {
      ticket.close();
    }
  }
}
