// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.account.Accounts;
import io.harvester.auth.Account;
import io.harvester.auth.AuthDecision;
import io.harvester.auth.NodePattern;
import io.harvester.auth.Secret;
import io.harvester.ingest.request.RetryAfter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refuses clients without a valid credential, before a byte of the body is read. */
public final class Authentication {
  private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);
  private static final long LOG_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final Readiness readiness;
  private final ReverseProxy proxy;
  private long refusals;
  private long loggedAt = System.nanoTime() - LOG_EVERY_NANOS;

  Authentication(Readiness readiness, ReverseProxy proxy) {
    this.readiness = readiness;
    this.proxy = proxy;
  }

  /**
   * Answers the request if its credential is refused; else passes the decision on, {@link
   * AuthDecision.Granted} or {@link AuthDecision.Anonymous}. The service must accept requests.
   */
  void authenticate(HttpServerRequest request, Consumer<AuthDecision> accepted) {
    check(
        request,
        decision -> {
          if (decision instanceof AuthDecision.GrantedReader reader) {
            refuse(request, "the token of reader " + reader.reader() + " may read, not write");
          } else if (decision instanceof AuthDecision.GrantedAccount person) {
            refuse(request, "account " + person.account().name() + " may read, not write samples");
          } else {
            accepted.accept(decision);
          }
        });
  }

  /**
   * Answers the request if its credential may not read; else passes on which nodes it may read. The
   * service must accept requests.
   */
  public void authenticateReader(HttpServerRequest request, Consumer<List<NodePattern>> accepted) {
    identifyReader(
        request,
        decision -> {
          if (decision instanceof AuthDecision.GrantedReader reader) {
            accepted.accept(reader.mayRead());
          } else if (decision instanceof AuthDecision.GrantedAccount person) {
            accepted.accept(person.account().mayRead());
          } else {
            accepted.accept(List.of(NodePattern.ALL));
          }
        });
  }

  /**
   * Answers the request if its credential may not read; else passes on {@link
   * AuthDecision.GrantedReader}, {@link AuthDecision.GrantedAccount} or {@link
   * AuthDecision.Anonymous}. The service must accept requests.
   */
  public void identifyReader(HttpServerRequest request, Consumer<AuthDecision> accepted) {
    check(
        request,
        decision -> {
          if (decision instanceof AuthDecision.Granted node) {
            refuse(
                request,
                "the token of node "
                    + node.identity().node()
                    + " may write, not read; \"reader add NAME\" makes one that may read");
          } else {
            accepted.accept(decision);
          }
        });
  }

  /** Answers the request unless an admin is logged in; the service must accept requests. */
  public void authenticateAdmin(HttpServerRequest request, Consumer<Account> accepted) {
    identifyReader(
        request,
        decision -> {
          if (decision instanceof AuthDecision.GrantedReader reader) {
            refuse(
                request, "the token of reader " + reader.reader() + " may read, not change nodes");
          } else if (!(decision instanceof AuthDecision.GrantedAccount person)) {
            unauthorized(request, "only admins may do this: sign in");
          } else if (!person.account().admin()) {
            refuse(
                request,
                "account " + person.account().name() + " may read; only admins may do this");
          } else {
            accepted.accept(person.account());
          }
        });
  }

  private void refuse(HttpServerRequest request, String message) {
    log(request, message);
    Responses.textAndClose(request.response(), 403, message);
  }

  private void check(HttpServerRequest request, Consumer<AuthDecision> accepted) {
    CompletionStage<AuthDecision> checked = decide(request);
    CompletableFuture<AuthDecision> decision = checked.toCompletableFuture();
    if (decision.isDone()) { // nearly always: known credentials are checked in memory
      apply(decision.join(), request, accepted);
      return;
    }
    var context = Vertx.currentContext();
    request.pause();
    checked.thenAccept(
        late ->
            context.runOnContext(
                v -> {
                  apply(late, request, accepted);
                  request.resume(); // not before the body has its reader
                }));
  }

  /** A token comes first, then what a proxy says, then the cookie of a session. */
  private CompletionStage<AuthDecision> decide(HttpServerRequest request) {
    Readiness.Backend backend = readiness.backend();
    if (backend.people().isPresent() && !request.headers().contains(HttpHeaders.AUTHORIZATION)) {
      Accounts accounts = backend.people().get().accounts();
      if (proxy.namesAccount(request)) {
        Optional<AuthDecision> refusal = proxy.refusal(request);
        return refusal.isPresent()
            ? CompletableFuture.completedStage(refusal.get())
            : accounts.named(proxy.account(request));
      }
      Optional<Secret> session = SessionCookie.read(request, proxy);
      if (session.isPresent()) {
        return accounts.session(session.get());
      }
    }
    return backend.authenticator().check(CredentialReader.read(request));
  }

  private void apply(
      AuthDecision decision, HttpServerRequest request, Consumer<AuthDecision> accepted) {
    if (decision instanceof AuthDecision.Unauthorized refusal) {
      unauthorized(request, refusal.message());
    } else if (decision instanceof AuthDecision.Forbidden refusal) {
      log(request, refusal.message());
      Responses.textAndClose(request.response(), 403, refusal.message());
    } else if (decision instanceof AuthDecision.Unavailable unavailable) {
      Responses.unavailable(request.response(), unavailable.message(), RetryAfter.MEDIUM);
    } else {
      accepted.accept(decision);
    }
  }

  private void unauthorized(HttpServerRequest request, String message) {
    log(request, message);
    if (!request.headers().contains(HttpHeaders.AUTHORIZATION)
        && SessionCookie.read(request, proxy).isPresent()) {
      SessionCookie.clear(request, proxy);
    }
    if (request.headers().contains("X-Requested-With")) {
      Responses.unauthorizedScript(request.response(), message);
    } else {
      Responses.unauthorized(request.response(), message);
    }
  }

  /** At most one line in ten seconds: a sender with a wrong token retries many times a second. */
  private void log(HttpServerRequest request, String message) {
    refusals++;
    long now = System.nanoTime();
    if (now - loggedAt >= LOG_EVERY_NANOS) {
      LOG.warn(
          "{} requests refused, the last one from {}: {}",
          refusals,
          request.remoteAddress().hostAddress(),
          message);
      refusals = 0;
      loggedAt = now;
    }
  }
}
