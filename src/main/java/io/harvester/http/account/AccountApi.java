// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.account;

import io.harvester.account.Accounts;
import io.harvester.account.Password;
import io.harvester.auth.Account;
import io.harvester.auth.AuthDecision;
import io.harvester.auth.NodePattern;
import io.harvester.auth.Secret;
import io.harvester.config.Settings;
import io.harvester.http.Authentication;
import io.harvester.http.Readiness;
import io.harvester.http.Responses;
import io.harvester.http.ReverseProxy;
import io.harvester.http.RouteModule;
import io.harvester.http.Routes;
import io.harvester.http.SessionCookie;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code /api/login}, {@code /api/logout} and {@code /api/session}. */
public final class AccountApi implements RouteModule {
  /** A hash takes a core and 19 MiB: writers keep the other cores. */
  private static final int THREADS = 2;

  private final ReverseProxy proxy;
  private final Duration length;
  private final PostHandler posts;

  /** Takes how long sessions last, and which proxies are believed. */
  public AccountApi(Vertx vertx, Settings settings) {
    this.proxy = new ReverseProxy(settings.people());
    this.length = settings.people().sessionMax();
    this.posts =
        new PostHandler(
            vertx, proxy, "login", THREADS, settings.capacity().requestTimeout().toMillis());
  }

  @Override
  public void addTo(Routes routes, Readiness readiness, Authentication authentication) {
    routes.post("/api/login", routing -> login(routing, readiness));
    routes.post("/api/logout", routing -> logout(routing, readiness));
    routes.get("/api/session", routing -> session(routing, readiness, authentication));
  }

  private void login(RoutingContext routing, Readiness readiness) {
    if (!posts.isAccepted(routing.request(), readiness)) {
      return;
    }
    Optional<Readiness.People> people = readiness.people();
    if (people.isEmpty()) {
      Responses.text(routing.response(), 404, "nobody can log in here");
      return;
    }
    posts.read(
        routing, body -> login(routing.request(), people.get().accounts(), new Fields(body)));
  }

  private void login(HttpServerRequest request, Accounts accounts, Fields body) {
    String name = body.text("name", null);
    String password = body.text("password", null);
    String address = proxy.address(request);
    long wait = accounts.secondsToWait(name, address);
    if (wait > 0) { // without a thread
      answer(request, new Accounts.TooMany(wait));
    } else if (password.length() > Password.MAX_LENGTH) {
      answer(request, new Accounts.Refused());
    } else {
      posts.run(
          request.response(),
          () -> accounts.login(name, password, address),
          outcome -> answer(request, outcome));
    }
  }

  private void answer(HttpServerRequest request, Accounts.Outcome outcome) {
    HttpServerResponse response = request.response();
    if (outcome instanceof Accounts.LoggedIn in) {
      SessionCookie.set(request, proxy, in.session(), length);
      PostHandler.json(response, 200, json("session", in.account()));
    } else if (outcome instanceof Accounts.TooMany tooMany) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(tooMany.retryAfterSeconds()));
      Responses.text(
          response,
          429,
          "too many failed logins with this name or from this address: try again in "
              + tooMany.retryAfterSeconds()
              + " s");
    } else {
      // RFC 9110 asks for a scheme; for Basic, a browser would ask by itself.
      response.putHeader("WWW-Authenticate", "Bearer realm=\"harvester\"");
      Responses.text(
          response, 401, "the name or the password is wrong, or the account is disabled");
    }
  }

  private void logout(RoutingContext routing, Readiness readiness) {
    HttpServerRequest request = routing.request();
    if (!posts.isAccepted(request, readiness)) {
      return;
    }
    Optional<Secret> session = SessionCookie.read(request, proxy);
    Optional<Readiness.People> people = readiness.people();
    if (session.isEmpty() || people.isEmpty()) {
      request.response().setStatusCode(204).end();
      return;
    }
    String address = proxy.address(request);
    posts.run(
        request.response(),
        () -> {
          people.get().accounts().logout(session.get(), address);
          return true;
        },
        done -> {
          SessionCookie.clear(request, proxy);
          request.response().setStatusCode(204).end();
        });
  }

  /** Who the asker is; without a credential that may read, as the other paths answer. */
  private void session(RoutingContext routing, Readiness readiness, Authentication authentication) {
    HttpServerRequest request = routing.request();
    String obstacle = readiness.whyNotAccepting();
    if (obstacle != null) {
      PostHandler.unavailable(request.response(), obstacle);
      return;
    }
    authentication.identifyReader(
        request, decision -> PostHandler.json(request.response(), 200, json(decision, request)));
  }

  private JsonObject json(AuthDecision decision, HttpServerRequest request) {
    if (decision instanceof AuthDecision.GrantedAccount person) {
      return json(proxy.namesAccount(request) ? "proxy" : "session", person.account());
    }
    if (decision instanceof AuthDecision.GrantedReader reader) {
      return json("token", new Account(reader.reader(), false, reader.mayRead()));
    }
    return new JsonObject().put("by", "nothing");
  }

  private static JsonObject json(String by, Account account) {
    List<String> mayRead = account.mayRead().stream().map(NodePattern::text).toList();
    return new JsonObject()
        .put("by", by)
        .put("name", account.name())
        .put("admin", account.admin())
        .put("mayRead", new JsonArray(mayRead));
  }
}
