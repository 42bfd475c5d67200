package io.harvester.auth;

import io.harvester.schedule.Scheduler;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets senders in. Known credentials are checked in memory; an unknown one is refused only after a
 * look into the database that began later than the request, for it may have been made just now, and
 * a sender drops its samples for good when it hears 401.
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
  private static final AuthDecision CANNOT_TELL =
      new AuthDecision.Unknown("credentials cannot be checked now: the database does not answer");

  private final boolean required;
  private final Refresher<AccessStore.State> refresher;
  private final Clock clock;
  private volatile Credentials credentials = Credentials.NONE;

  /**
   * Takes where credentials come from; {@link #start} loads them.
   *
   * @param required whether somebody without a credential is turned away
   */
  public Authenticator(AccessStore store, boolean required, Clock clock, Scheduler scheduler) {
    this.required = required;
    this.clock = clock;
    this.refresher =
        new Refresher<>(() -> store.loadIfChanged(credentials.version()), this::use, scheduler);
  }

  /** Lets in who has one of these credentials and nobody else; there are no others. */
  public static Authenticator of(AccessStore.State state) {
    Authenticator fixed =
        new Authenticator(known -> Optional.empty(), true, Clock.systemUTC(), new Scheduler());
    fixed.credentials = new Credentials(state, Clock.systemUTC());
    fixed.refresher.close(); // there is nothing to look into again
    return fixed;
  }

  private void use(AccessStore.State state) {
    credentials = new Credentials(state, clock);
    LOG.info("credentials version={} tokens={}", state.version(), state.tokens().size());
    if (required && state.tokens().isEmpty()) {
      LOG.warn("no node has a credential yet: make one with the command \"node add NAME\"");
    }
  }

  /** Loads the credentials and keeps them fresh. */
  public void start() {
    refresher.start();
  }

  /** Number of tokens that are let in. */
  public int size() {
    return credentials.size();
  }

  /** Completes once the credentials have been read again, however that went. */
  public CompletionStage<?> refresh() {
    return refresher.refresh();
  }

  /** Whether who shows this is let in; done at once in all but doubtful cases. */
  public CompletionStage<AuthDecision> check(Credential presented) {
    Credentials current = credentials;
    if (presented instanceof Credential.Token token) {
      Optional<AuthDecision> known = current.check(token);
      return known.isPresent() ? done(known.get()) : lookAgain(token);
    }
    if (presented instanceof Credential.Certificate certificate) {
      return current == Credentials.NONE
          ? refresher.refresh().thenApply(fresh -> certificateVerdict(certificate, fresh))
          : done(current.grant(certificate.node()));
    }
    if (presented instanceof Credential.Unreadable) {
      return done(UNREADABLE);
    }
    return done(required ? NO_CREDENTIAL : ANONYMOUS);
  }

  private CompletionStage<AuthDecision> lookAgain(Credential.Token token) {
    return refresher
        .refresh()
        .thenApply(fresh -> fresh ? credentials.check(token).orElse(UNKNOWN_TOKEN) : CANNOT_TELL);
  }

  private AuthDecision certificateVerdict(Credential.Certificate certificate, boolean fresh) {
    return fresh ? credentials.grant(certificate.node()) : CANNOT_TELL;
  }

  private static CompletionStage<AuthDecision> done(AuthDecision verdict) {
    return CompletableFuture.completedStage(verdict);
  }

  @Override
  public void close() {
    refresher.close();
  }
}
