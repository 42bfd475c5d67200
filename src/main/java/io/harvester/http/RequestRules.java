// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a server must refuse, whatever the path: RFC 9110 and RFC 9112, as far as Vert.x does not
 * check it. A proxy in front may understand such a request in another way than the aggregator does.
 */
final class RequestRules {
  /** A host name, an IPv4 address or an IPv6 address in brackets, with or without a port. */
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._~!$&'()*+,;=%-]*|\\[[0-9A-Fa-f:.%A-Za-z]+])(:[0-9]*)?");

  /** Fields of which a request has at most one line. */
  private static final List<CharSequence> SINGLE =
      List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.AUTHORIZATION);

  private RequestRules() {}

  /** A refusal: status and message. */
  record Violation(int status, String message) {}

  /** Returns the violation that the request is answered with, if any. */
  static Optional<Violation> check(HttpServerRequest request) {
    return host(request).or(() -> singleFields(request)).or(() -> transferCoding(request));
  }

  /** RFC 9112, 3.2. */
  private static Optional<Violation> host(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      return Optional.empty(); // it has :authority
    }
    List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
    if (hosts.size() > 1) {
      return violation(400, "the request has %d Host header fields".formatted(hosts.size()));
    }
    if (hosts.isEmpty()) {
      return request.version() == HttpVersion.HTTP_1_1
          ? violation(400, "an HTTP/1.1 request needs a Host header field")
          : Optional.empty();
    }
    return HOST.matcher(hosts.get(0)).matches()
        ? Optional.empty()
        : violation(400, "the Host header field is not a host name or address");
  }

  /** RFC 9110, 5.3: only a field that is a list may occur several times. */
  private static Optional<Violation> singleFields(HttpServerRequest request) {
    for (CharSequence name : SINGLE) {
      int lines = request.headers().getAll(name).size();
      if (lines > 1) {
        return violation(400, "the request has %d %s header fields".formatted(lines, name));
      }
    }
    return Optional.empty();
  }

  /** RFC 9112, 6.1. */
  private static Optional<Violation> transferCoding(HttpServerRequest request) {
    List<String> lines = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    if (request.version() == HttpVersion.HTTP_1_0) {
      return violation(400, "an HTTP/1.0 request cannot have a Transfer-Encoding");
    }
    String coding = String.join(", ", lines).strip();
    return coding.equalsIgnoreCase("chunked")
        ? Optional.empty()
        : violation(501, "Transfer-Encoding: only chunked is supported");
  }

  private static Optional<Violation> violation(int status, String message) {
    return Optional.of(new Violation(status, message));
  }
}
