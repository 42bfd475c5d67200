// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.page;

import io.harvester.http.Authentication;
import io.harvester.http.ContentCoding;
import io.harvester.http.Readiness;
import io.harvester.http.Responses;
import io.harvester.http.RouteModule;
import io.harvester.http.Routes;
import io.harvester.http.page.PageFiles.PageFile;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** The page at {@code /}. Its files need no credential; what it asks does. */
public final class PageRoutes implements RouteModule {
  private static final String INDEX = "index.html";
  private static final String ASSETS = "assets/";

  private static final String NO_PAGE =
      "Harvester aggregator: /api/v1/write, /api/v1/query, /-/healthy, /-/ready, /metrics\n"
          + "This build has no page for people: it was built without Node.js 20.19 or newer and npm"
          + " (docs/page.md).";

  /** Nothing from elsewhere, no script or style in the document, not in a frame. */
  private static final String POLICY =
      "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
          + " form-action 'self'; frame-ancestors 'none'";

  private final PageFiles files = PageFiles.load("/web/");

  @Override
  public void addTo(Routes routes, Readiness readiness, Authentication authentication) {
    if (files.isEmpty()) {
      routes.get("/", routing -> Responses.text(routing.response(), 200, NO_PAGE));
      return;
    }
    routes.get("/", routing -> send(routing, INDEX, "no-cache"));
    routes.redirectBasePath();
    routes.get("/favicon.svg", routing -> send(routing, "favicon.svg", "no-cache"));
    routes.get("/" + ASSETS + ":file", this::asset);
  }

  /** The name of an asset contains a hash of its content. */
  private void asset(RoutingContext routing) {
    send(routing, ASSETS + routing.pathParam("file"), "public, max-age=31536000, immutable");
  }

  private void send(RoutingContext routing, String name, String caching) {
    HttpServerRequest request = routing.request();
    HttpServerResponse response = request.response();
    PageFile file = files.get(name);
    if (file == null) {
      Responses.text(response, 404, "no such path: " + request.path());
      return;
    }
    response
        .putHeader(HttpHeaders.CACHE_CONTROL, caching)
        .putHeader(HttpHeaders.ETAG, file.etag())
        .putHeader(HttpHeaders.VARY, "Accept-Encoding")
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Content-Type-Options", "nosniff");
    if (isKnown(request, file.etag())) {
      response.setStatusCode(304).end();
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, file.type());
    if (ContentCoding.acceptsGzip(request)) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip").end(Buffer.buffer(file.gzip()));
    } else {
      response.end(Buffer.buffer(file.plain()));
    }
  }

  /** RFC 9110, 13.1.2: a list of tags, each of which may be marked as weak. */
  private static boolean isKnown(HttpServerRequest request, String etag) {
    String known = request.getHeader(HttpHeaders.IF_NONE_MATCH);
    if (known == null) {
      return false;
    }
    for (String tag : known.split(",", -1)) {
      String strong = tag.strip().startsWith("W/") ? tag.strip().substring(2) : tag.strip();
      if (strong.equals(etag) || strong.equals("*")) {
        return true;
      }
    }
    return false;
  }
}
