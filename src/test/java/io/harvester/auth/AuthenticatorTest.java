// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.auth.AccessStore.State;
import io.harvester.auth.AccessStore.Token;
import io.harvester.schedule.Scheduler;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuthenticatorTest {
  private final FakeStore store = new FakeStore();
  private final Scheduler scheduler = new Scheduler();
  private Authenticator authenticator = authenticator(true);

  private Authenticator authenticator(boolean required) {
    return new Authenticator(store, required, Clock.systemUTC(), scheduler);
  }

  @AfterEach
  void close() {
    scheduler.close();
    authenticator.close();
  }

  @Test
  void a_token_created_after_the_last_reading_is_accepted_at_once() throws Exception {
    authenticator.start();
    await(authenticator.refresh());
    Secret fresh = store.add("lab-01");
    assertInstanceOf(AuthDecision.Granted.class, check(fresh));
  }

  @Test
  void an_unknown_token_is_refused_only_when_the_database_says_so() throws Exception {
    authenticator.start();
    assertInstanceOf(AuthDecision.Unauthorized.class, check(Secret.newToken()));
    store.away = true;
    assertInstanceOf(AuthDecision.Unavailable.class, check(Secret.newToken()));
  }

  @Test
  void a_known_token_is_accepted_while_the_database_is_away() throws Exception {
    Secret known = store.add("lab-01");
    authenticator.start();
    await(authenticator.refresh());
    store.away = true;
    assertInstanceOf(AuthDecision.Granted.class, check(known));
  }

  @Test
  void nothing_is_known_before_the_first_reading() throws Exception {
    store.away = true;
    authenticator.start();
    assertInstanceOf(AuthDecision.Unavailable.class, check(Secret.newToken()));
    assertInstanceOf(
        AuthDecision.Unavailable.class,
        await(authenticator.check(new Credential.Certificate("lab-01"))));
  }

  @Test
  void many_unknown_tokens_share_a_reading() throws Exception {
    authenticator.start();
    await(authenticator.refresh());
    List<Credential> unknown = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      unknown.add(token(Secret.newToken()));
    }
    int before = store.readings.get();
    List<CompletionStage<AuthDecision>> all = unknown.stream().map(authenticator::check).toList();
    for (CompletionStage<AuthDecision> one : all) {
      assertInstanceOf(AuthDecision.Unauthorized.class, await(one));
    }
    int more = store.readings.get() - before;
    assertTrue(more <= 5, () -> more + " readings for 1000 unknown tokens");
  }

  @Test
  void a_sender_without_credential_is_refused_only_where_one_is_required() throws Exception {
    assertInstanceOf(
        AuthDecision.Unauthorized.class, await(authenticator.check(new Credential.Nothing())));
    authenticator.close();
    authenticator = authenticator(false);
    assertEquals(
        new AuthDecision.Anonymous(), await(authenticator.check(new Credential.Nothing())));
    assertInstanceOf(
        AuthDecision.Unauthorized.class, await(authenticator.check(new Credential.Unreadable())));
  }

  private AuthDecision check(Secret secret) throws Exception {
    return await(authenticator.check(token(secret)));
  }

  private static Credential.Token token(Secret secret) {
    return new Credential.Token(secret, Optional.empty());
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static final class FakeStore implements AccessStore {
    final AtomicInteger readings = new AtomicInteger();
    private final List<Token> tokens = new ArrayList<>();
    volatile boolean away;

    synchronized Secret add(String node) {
      Secret secret = Secret.newToken();
      tokens.add(new Token(node, secret.hash(), null));
      return secret;
    }

    @Override
    public synchronized Optional<State> loadIfChanged(long known)
        throws AccessUnavailableException {
      readings.incrementAndGet();
      if (away) {
        throw new AccessUnavailableException("away", null);
      }
      return known == tokens.size()
          ? Optional.empty()
          : Optional.of(new State(tokens.size(), List.copyOf(tokens), Map.of()));
    }
  }
}
