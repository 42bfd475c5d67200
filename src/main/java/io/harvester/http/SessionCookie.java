// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.auth.Secret;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;

/** The cookie of a session: no script reads it, and no page of another site sends it. */
public final class SessionCookie {
  private static final String NAME = "harvester-session";

  /** A browser takes such a cookie over TLS only, and from no other host of the domain. */
  private static final String SECURE_NAME = "__Host-" + NAME;

  private SessionCookie() {}

  private static String name(boolean secure) {
    return secure ? SECURE_NAME : NAME;
  }

  /** The session of a request. */
  public static Optional<Secret> read(HttpServerRequest request, ReverseProxy proxy) {
    if (!request.headers().contains(HttpHeaders.COOKIE)) {
      return Optional.empty();
    }
    Cookie cookie = request.getCookie(name(proxy.isSecure(request)));
    return cookie == null || cookie.getValue().isEmpty()
        ? Optional.empty()
        : Optional.of(Secret.of(cookie.getValue()));
  }

  /** Has the browser keep a session. */
  public static void set(
      HttpServerRequest request, ReverseProxy proxy, Secret session, Duration length) {
    add(request, proxy, session.reveal(), length.toSeconds());
  }

  /** Has the browser forget it. */
  public static void clear(HttpServerRequest request, ReverseProxy proxy) {
    add(request, proxy, "", 0);
  }

  private static void add(
      HttpServerRequest request, ReverseProxy proxy, String value, long seconds) {
    boolean secure = proxy.isSecure(request);
    request
        .response()
        .addCookie(
            Cookie.cookie(name(secure), value)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(secure)
                .setSameSite(CookieSameSite.STRICT)
                .setMaxAge(seconds));
  }
}
