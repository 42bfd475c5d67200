// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.auth.AuthDecision;
import io.harvester.auth.NodeName;
import io.harvester.config.AddressRanges;
import io.harvester.config.Settings;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is believed of a request that may come through a reverse proxy. */
public final class ReverseProxy {
  private static final String FORWARDED_FOR = "X-Forwarded-For";
  private static final String FORWARDED_PROTO = "X-Forwarded-Proto";
  private static final String FORWARDED_HOST = "X-Forwarded-Host";

  private final AddressRanges proxies;
  private final String userHeader;

  /** Believes the proxies of the settings. */
  public ReverseProxy(Settings.People settings) {
    this.proxies = settings.proxies();
    this.userHeader = settings.userHeader();
  }

  private static String peer(HttpServerRequest request) {
    return request.remoteAddress().hostAddress();
  }

  private boolean isFromProxy(HttpServerRequest request) {
    return proxies.contains(peer(request));
  }

  /** The last value: those before it may be of the client's own invention. */
  private static Optional<String> last(HttpServerRequest request, String name) {
    List<String> lines = request.headers().getAll(name);
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    String line = lines.get(lines.size() - 1);
    return Optional.of(line.substring(line.lastIndexOf(',') + 1).strip());
  }

  /** The address of the client: of the connection, or what the proxy says of it. */
  public String address(HttpServerRequest request) {
    return Optional.of(request)
        .filter(this::isFromProxy)
        .flatMap(proxied -> last(proxied, FORWARDED_FOR))
        .filter(AddressRanges::isAddress)
        .orElseGet(() -> peer(request));
  }

  /** Whether the client uses TLS. */
  boolean isSecure(HttpServerRequest request) {
    return request.isSSL()
        || (request.headers().contains(FORWARDED_PROTO)
            && isFromProxy(request)
            && last(request, FORWARDED_PROTO).filter("https"::equalsIgnoreCase).isPresent());
  }

  /** Whether this is the host that the client asks, by its name or address, and port. */
  private boolean isHost(HttpServerRequest request, String authority) {
    return authority.equalsIgnoreCase(request.getHeader(HttpHeaders.HOST))
        || (isFromProxy(request)
            && last(request, FORWARDED_HOST).filter(authority::equalsIgnoreCase).isPresent());
  }

  /**
   * Why a request that changes something may be of another site's page; empty: it is not. A browser
   * adds Origin to each POST, and no page of another site can send the header X-Requested-With
   * without asking first, which is not answered.
   */
  public Optional<String> foreignOrigin(HttpServerRequest request) {
    if (!request.headers().contains("X-Requested-With")) {
      return Optional.of("the header X-Requested-With is missing");
    }
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null && !site.equals("same-origin")) {
      return Optional.of("the request comes from another site (Sec-Fetch-Site: " + site + ")");
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || site != null) {
      return Optional.empty();
    }
    String authority = origin.toLowerCase(Locale.ROOT).replaceFirst("^https?://", "");
    return isHost(request, authority)
        ? Optional.empty()
        : Optional.of(
            "the request comes from a page of "
                + origin
                + "; behind a reverse proxy, set HARVESTER_PROXY_ADDRESSES and have it pass the"
                + " Host header on");
  }

  /** Whether a proxy, or somebody else, names an account. */
  public boolean namesAccount(HttpServerRequest request) {
    return !userHeader.isEmpty() && request.headers().contains(userHeader);
  }

  /** Why the name of an account is not believed; empty: it is. */
  Optional<AuthDecision> refusal(HttpServerRequest request) {
    if (!isFromProxy(request)) {
      return Optional.of(
          new AuthDecision.Forbidden(
              "",
              "the header %s is accepted from HARVESTER_PROXY_ADDRESSES only, and not from %s"
                  .formatted(userHeader, peer(request))));
    }
    if (request.headers().getAll(userHeader).size() > 1 || !NodeName.isValid(account(request))) {
      return Optional.of(
          new AuthDecision.Forbidden(
              "", "the header %s must have one name: %s".formatted(userHeader, NodeName.rule())));
    }
    return Optional.empty();
  }

  /** The name of the account. */
  String account(HttpServerRequest request) {
    return request.getHeader(userHeader).strip();
  }
}
