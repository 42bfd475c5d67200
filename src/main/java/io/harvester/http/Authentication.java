package io.harvester.http;

import io.harvester.auth.AuthDecision;
import io.harvester.ingest.request.RetryAfter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns away who may not come in, before a byte of the body is read. */
final class Authentication {
  private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);
  private static final long LOG_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final Readiness service;
  private long refusals;
  private long loggedAt = System.nanoTime() - LOG_EVERY_NANOS;

  Authentication(Readiness service) {
    this.service = service;
  }

  /** Goes on with the verdict if the sender is let in; else answers. The service must be ready. */
  void enter(HttpServerRequest request, Consumer<AuthDecision> welcome) {
    CompletionStage<AuthDecision> verdict =
        service.parts().authenticator().check(CredentialReader.by(request));
    CompletableFuture<AuthDecision> now = verdict.toCompletableFuture();
    if (now.isDone()) { // nearly always: no detour on the hot path
      decide(request, now.join(), welcome);
      return;
    }
    var context = Vertx.currentContext();
    request.pause();
    verdict.thenAccept(
        late ->
            context.runOnContext(
                v -> {
                  decide(request, late, welcome);
                  request.resume(); // only now: whoever reads the body is listening
                }));
  }

  private void decide(
      HttpServerRequest request, AuthDecision verdict, Consumer<AuthDecision> welcome) {
    if (verdict instanceof AuthDecision.Unauthorized refusal) {
      note(request, refusal.message());
      Responses.unauthorized(request.response(), refusal.message());
    } else if (verdict instanceof AuthDecision.Forbidden refusal) {
      note(request, refusal.message());
      Responses.textAndClose(request.response(), 403, refusal.message());
    } else if (verdict instanceof AuthDecision.Unknown unknown) {
      Responses.unavailable(request.response(), unknown.message(), RetryAfter.MEDIUM);
    } else {
      welcome.accept(verdict);
    }
  }

  /** A sender with a wrong token tries many times a second: one line stands for many. */
  private void note(HttpServerRequest request, String message) {
    refusals++;
    long now = System.nanoTime();
    if (now - loggedAt >= LOG_EVERY_NANOS) {
      LOG.warn(
          "{} requests refused, the last from {}: {}",
          refusals,
          request.remoteAddress().hostAddress(),
          message);
      refusals = 0;
      loggedAt = now;
    }
  }
}
