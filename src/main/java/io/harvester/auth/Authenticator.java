// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import io.harvester.schedule.Scheduler;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Authenticates senders. Known credentials are checked in memory. An unknown one is refused only
 * after the credentials have been read again, later than the request: it may have been created just
 * now, and a sender drops its samples upon a 401.
 */
public final class Authenticator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);
  private static final AuthDecision ANONYMOUS = new AuthDecision.Anonymous();
  private static final AuthDecision NO_CREDENTIAL =
      new AuthDecision.Unauthorized("a node credential is required: Authorization: Bearer <token>");
  private static final AuthDecision UNREADABLE =
      new AuthDecision.Unauthorized("the Authorization header is neither Bearer nor Basic");
  private static final AuthDecision UNKNOWN_TOKEN =
      new AuthDecision.Unauthorized("unknown or revoked token");
  private static final AuthDecision UNAVAILABLE =
      new AuthDecision.Unavailable(
          "the credential cannot be checked: the database does not answer");

  private final boolean required;
  private final Refresher<AccessStore.State> refresher;
  private final Clock clock;
  private volatile Credentials credentials = Credentials.NONE;

  /**
   * Knows no credentials until {@link #start}.
   *
   * @param required whether senders without a credential are refused
   */
  public Authenticator(AccessStore store, boolean required, Clock clock, Scheduler scheduler) {
    this.required = required;
    this.clock = clock;
    this.refresher =
        new Refresher<>(() -> store.loadIfChanged(credentials.version()), this::use, scheduler);
  }

  /** Admits only senders with one of these credentials, which do not change. */
  public static Authenticator of(AccessStore.State state) {
    Authenticator fixed =
        new Authenticator(known -> Optional.empty(), true, Clock.systemUTC(), new Scheduler());
    fixed.credentials = new Credentials(state, Clock.systemUTC());
    fixed.refresher.close(); // there is nothing to read again
    return fixed;
  }

  private void use(AccessStore.State state) {
    credentials = new Credentials(state, clock);
    LOG.info("credentials version={} tokens={}", state.version(), state.tokens().size());
    if (required && state.tokens().isEmpty()) {
      LOG.warn("no node has a credential yet; create one with the command \"node add NAME\"");
    }
  }

  /** Reads the credentials now, and then periodically. */
  public void start() {
    refresher.start();
  }

  /** Number of valid tokens. */
  public int size() {
    return credentials.size();
  }

  /** Completes once the credentials have been read again, or could not be. */
  public CompletionStage<?> refresh() {
    return refresher.refresh();
  }

  /** Checks a credential. The result is complete at once, unless the credential is unknown. */
  public CompletionStage<AuthDecision> check(Credential presented) {
    Credentials current = credentials;
    if (presented instanceof Credential.Token token) {
      Optional<AuthDecision> known = current.check(token);
      return known.isPresent() ? done(known.get()) : checkAgain(token);
    }
    if (presented instanceof Credential.Certificate certificate) {
      return current == Credentials.NONE
          ? refresher.refresh().thenApply(read -> check(certificate, read))
          : done(current.grant(certificate.node()));
    }
    if (presented instanceof Credential.Unreadable) {
      return done(UNREADABLE);
    }
    return done(required ? NO_CREDENTIAL : ANONYMOUS);
  }

  private CompletionStage<AuthDecision> checkAgain(Credential.Token token) {
    return refresher
        .refresh()
        .thenApply(read -> read ? credentials.check(token).orElse(UNKNOWN_TOKEN) : UNAVAILABLE);
  }

  private AuthDecision check(Credential.Certificate certificate, boolean read) {
    return read ? credentials.grant(certificate.node()) : UNAVAILABLE;
  }

  private static CompletionStage<AuthDecision> done(AuthDecision decision) {
    return CompletableFuture.completedStage(decision);
  }

  @Override
  public void close() {
    refresher.close();
  }
}
