// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.auth.AuthDecision;
import io.harvester.auth.NodePattern;
import io.harvester.ingest.request.RetryAfter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
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
  private long refusals;
  private long loggedAt = System.nanoTime() - LOG_EVERY_NANOS;

  Authentication(Readiness readiness) {
    this.readiness = readiness;
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
    check(
        request,
        decision -> {
          if (decision instanceof AuthDecision.Granted node) {
            refuse(
                request,
                "the token of node "
                    + node.identity().node()
                    + " may write, not read; \"reader add NAME\" makes one that may read");
          } else if (decision instanceof AuthDecision.GrantedReader reader) {
            accepted.accept(reader.mayRead());
          } else {
            accepted.accept(List.of(NodePattern.ALL));
          }
        });
  }

  private void refuse(HttpServerRequest request, String message) {
    log(request, message);
    Responses.textAndClose(request.response(), 403, message);
  }

  private void check(HttpServerRequest request, Consumer<AuthDecision> accepted) {
    CompletionStage<AuthDecision> checked =
        readiness.backend().authenticator().check(CredentialReader.read(request));
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

  private void apply(
      AuthDecision decision, HttpServerRequest request, Consumer<AuthDecision> accepted) {
    if (decision instanceof AuthDecision.Unauthorized refusal) {
      log(request, refusal.message());
      if (request.headers().contains("X-Requested-With")) {
        Responses.unauthorizedScript(request.response(), refusal.message());
      } else {
        Responses.unauthorized(request.response(), refusal.message());
      }
    } else if (decision instanceof AuthDecision.Forbidden refusal) {
      log(request, refusal.message());
      Responses.textAndClose(request.response(), 403, refusal.message());
    } else if (decision instanceof AuthDecision.Unavailable unavailable) {
      Responses.unavailable(request.response(), unavailable.message(), RetryAfter.MEDIUM);
    } else {
      accepted.accept(decision);
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
