// SPDX-License-Identifier: Apache-2.0
package io.harvester.account;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.harvester.auth.AccessUnavailableException;
import io.harvester.auth.Account;
import io.harvester.auth.AttemptLimit;
import io.harvester.auth.AuthDecision;
import io.harvester.auth.Secret;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs people in and out, and recognizes them. What the database says of a session is used for two
 * seconds, as are other credentials.
 */
public final class Accounts {
  private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);

  private static final Duration REMEMBERED = Duration.ofSeconds(2);
  private static final int MAX_REMEMBERED = 10_000;

  /** Readings of the database at a time: invented cookies must not keep writers waiting. */
  private static final int MAX_READINGS = 32;

  private static final int FAILURES_OF_ADDRESS = 10;
  private static final Duration ADDRESS_WINDOW = Duration.ofMinutes(1);
  private static final int FAILURES_OF_NAME = 10;
  private static final Duration NAME_WINDOW = Duration.ofMinutes(5);

  /** Audit rows of failed logins, per minute. */
  private static final int AUDITED_FAILURES = 60;

  private static final int MAX_NAME_LENGTH = 63;

  private static final AuthDecision ENDED =
      new AuthDecision.Unauthorized("the session has ended: sign in again");
  private static final AuthDecision UNAVAILABLE =
      new AuthDecision.Unavailable("the session cannot be checked: the database does not answer");

  private final AccountStore store;
  private final AttemptLimit byAddress;
  private final AttemptLimit byName;
  private final AttemptLimit audited;
  private final AtomicInteger readings = new AtomicInteger();
  private final AsyncCache<Object, Optional<Account>> known;

  /** What the password is compared with if there is no account: takes as long. */
  private volatile String noHash = "";

  /**
   * Remembers no session yet.
   *
   * @param nanoTime a clock such as {@code System::nanoTime}
   */
  public Accounts(AccountStore store, LongSupplier nanoTime) {
    this.store = store;
    this.byAddress = new AttemptLimit(FAILURES_OF_ADDRESS, ADDRESS_WINDOW, nanoTime);
    this.byName = new AttemptLimit(FAILURES_OF_NAME, NAME_WINDOW, nanoTime);
    this.audited = new AttemptLimit(AUDITED_FAILURES, Duration.ofMinutes(1), nanoTime);
    this.known =
        Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .expireAfterWrite(REMEMBERED)
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run)
            .buildAsync();
  }

  /** The result of a login. */
  public sealed interface Outcome {}

  /** The account, and its cookie. */
  public record LoggedIn(Account account, Secret session) implements Outcome {}

  /** The name, the password or both are wrong, or the account is disabled: nobody learns which. */
  public record Refused() implements Outcome {}

  /** Too many logins of this account or from this address have failed. */
  public record TooMany(long retryAfterSeconds) implements Outcome {}

  /** Seconds until somebody at this address may try to log in with this name; 0: now. */
  public long secondsToWait(String name, String address) {
    return Math.max(byAddress.secondsToWait(address), byName.secondsToWait(limited(name)));
  }

  private static String limited(String name) {
    return name.length() > MAX_NAME_LENGTH ? name.substring(0, MAX_NAME_LENGTH) : name;
  }

  /**
   * Logs somebody in. Blocks, for the hash and for the database.
   *
   * @throws AccessUnavailableException if the database does not answer
   */
  public Outcome login(String name, String password, String address)
      throws AccessUnavailableException {
    long wait = secondsToWait(name, address);
    if (wait > 0) {
      return new TooMany(wait);
    }
    if (noHash.isEmpty()) {
      noHash = PasswordHash.of(Secret.newSession().reveal());
    }
    Optional<AccountStore.Stored> found = store.find(name);
    boolean right =
        PasswordHash.matches(password, found.map(AccountStore.Stored::hash).orElse(noHash));
    if (found.isPresent() && right && !found.get().disabled()) {
      Secret session = Secret.newSession();
      if (store.open(found.get(), session.hash(), address)) {
        LOG.info("account={} logged in from {}", name, address);
        return new LoggedIn(found.get().account(), session);
      }
    }
    failed(name, found, address);
    return new Refused();
  }

  private void failed(String name, Optional<AccountStore.Stored> found, String address)
      throws AccessUnavailableException {
    byAddress.failed(address);
    byName.failed(limited(name));
    if (audited.secondsToWait("") == 0) {
      audited.failed("");
      store.failed(found.map(stored -> stored.account().name()), address);
      LOG.warn(
          "login refused from {}: {}",
          address,
          found.isPresent() ? "account=" + found.get().account().name() : "no such account");
    }
  }

  /**
   * Ends a session. Blocks.
   *
   * @throws AccessUnavailableException if the database does not answer
   */
  public void logout(Secret session, String address) throws AccessUnavailableException {
    store.end(session.hash(), address);
    known.synchronous().invalidate(ByteBuffer.wrap(session.hash()));
  }

  /** Decides on a cookie. */
  public CompletionStage<AuthDecision> session(Secret session) {
    byte[] token = session.hash();
    return decide(ByteBuffer.wrap(token), () -> store.session(token), ENDED);
  }

  /** Decides on a name that a reverse proxy vouches for. */
  public CompletionStage<AuthDecision> named(String name) {
    return decide(
        name,
        () -> store.named(name),
        new AuthDecision.Forbidden(
            name,
            "there is no enabled account "
                + name
                + ", which the reverse proxy names; \"user add\" makes one"));
  }

  private CompletionStage<AuthDecision> decide(
      Object key, Supplier<CompletionStage<Optional<Account>>> reading, AuthDecision otherwise) {
    CompletableFuture<Optional<Account>> account = known.get(key, (k, e) -> read(reading));
    return account.thenApply(
        found -> {
          if (found == null) {
            return UNAVAILABLE;
          }
          return found.isPresent() ? new AuthDecision.GrantedAccount(found.get()) : otherwise;
        });
  }

  /** Null, which is not remembered: the database does not answer. */
  private CompletableFuture<Optional<Account>> read(
      Supplier<CompletionStage<Optional<Account>>> reading) {
    if (readings.incrementAndGet() > MAX_READINGS) {
      readings.decrementAndGet();
      return CompletableFuture.completedFuture(null);
    }
    return reading
        .get()
        .handle(
            (found, problem) -> {
              readings.decrementAndGet();
              return problem == null ? found : null;
            })
        .toCompletableFuture();
  }
}
