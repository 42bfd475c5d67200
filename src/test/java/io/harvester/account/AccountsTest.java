// SPDX-License-Identifier: Apache-2.0
package io.harvester.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.auth.Account;
import io.harvester.auth.AuthDecision;
import io.harvester.auth.NodePattern;
import io.harvester.auth.Secret;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Logins, their limits, and sessions, on a store in memory. */
class AccountsTest {
  private static final String PASSWORD = "correct horse battery";
  private static final Account ADA = new Account("ada", false, List.of(NodePattern.ALL));

  private final Memory store = new Memory();
  private long nanos = 1_000_000_000_000L;
  private final Accounts accounts = new Accounts(store, () -> nanos);

  private static final class Memory implements AccountStore {
    private final Map<String, Stored> accounts = new HashMap<>();
    private final Map<ByteBuffer, Account> sessions = new HashMap<>();
    private final List<String> failures = new ArrayList<>();
    private CompletableFuture<Optional<Account>> pending;
    private int readings;

    Memory() {
      String hash = PasswordHash.of(PASSWORD);
      accounts.put("ada", new Stored(1, ADA, hash, false));
      accounts.put("bob", new Stored(2, new Account("bob", false, List.of()), hash, true));
    }

    @Override
    public CompletionStage<Optional<Account>> session(byte[] token) {
      readings++;
      return pending != null
          ? pending
          : CompletableFuture.completedStage(
              Optional.ofNullable(sessions.get(ByteBuffer.wrap(token))));
    }

    @Override
    public CompletionStage<Optional<Account>> named(String name) {
      return CompletableFuture.completedStage(find(name).map(Stored::account));
    }

    @Override
    public Optional<Stored> find(String name) {
      return Optional.ofNullable(accounts.get(name));
    }

    @Override
    public boolean open(Stored login, byte[] token, String address) {
      sessions.put(ByteBuffer.wrap(token), login.account());
      return true;
    }

    @Override
    public void end(byte[] token, String address) {
      sessions.remove(ByteBuffer.wrap(token));
    }

    @Override
    public void failed(Optional<String> name, String address) {
      failures.add(name.orElse("-") + " " + address);
    }
  }

  private Accounts.Outcome login(String name, String password, String address) throws Exception {
    return accounts.login(name, password, address);
  }

  private AuthDecision decision(Secret session) {
    return accounts.session(session).toCompletableFuture().join();
  }

  @Test
  void a_right_password_opens_a_session_until_it_is_ended() throws Exception {
    Accounts.LoggedIn in =
        assertInstanceOf(Accounts.LoggedIn.class, login("ada", PASSWORD, "192.0.2.1"));
    assertEquals(ADA, in.account());
    assertEquals(new AuthDecision.GrantedAccount(ADA), decision(in.session()));
    accounts.logout(in.session(), "192.0.2.1");
    assertInstanceOf(AuthDecision.Unauthorized.class, decision(in.session()));
  }

  @Test
  void what_the_database_says_of_a_session_counts_for_two_seconds() throws Exception {
    Accounts.LoggedIn in = (Accounts.LoggedIn) login("ada", PASSWORD, "192.0.2.1");
    for (int i = 0; i < 100; i++) {
      decision(in.session());
    }
    assertEquals(1, store.readings);
    store.sessions.clear();
    nanos += 2_100_000_000L;
    assertInstanceOf(AuthDecision.Unauthorized.class, decision(in.session()));
  }

  @Test
  void who_is_wrong_does_not_learn_in_what() throws Exception {
    Accounts.Refused refused = new Accounts.Refused();
    assertEquals(refused, login("ada", "a wrong password", "192.0.2.1"));
    assertEquals(refused, login("nobody", PASSWORD, "192.0.2.1"));
    assertEquals(refused, login("bob", PASSWORD, "192.0.2.1"));
    assertEquals(List.of("ada 192.0.2.1", "- 192.0.2.1", "bob 192.0.2.1"), store.failures);
  }

  @Test
  void an_unknown_name_takes_as_long_as_a_wrong_password() throws Exception {
    login("ada", "a wrong password", "192.0.2.100"); // the first hash is slow
    long wrong = Long.MAX_VALUE;
    long unknown = Long.MAX_VALUE;
    for (int i = 0; i < 8; i++) {
      wrong = Math.min(wrong, timeOf("ada", "192.0.2." + i));
      unknown = Math.min(unknown, timeOf("nobody", "192.0.2." + i));
    }
    assertTrue(unknown > wrong / 2 && wrong > unknown / 2, unknown + " ns, " + wrong + " ns");
  }

  private long timeOf(String name, String address) throws Exception {
    long start = System.nanoTime();
    login(name, "a wrong password", address);
    return System.nanoTime() - start;
  }

  @Test
  void an_address_has_ten_failures_a_minute() throws Exception {
    for (int i = 0; i < 10; i++) {
      login("nobody-" + i, PASSWORD, "192.0.2.1");
    }
    assertEquals(new Accounts.TooMany(61), login("ada", PASSWORD, "192.0.2.1"));
    assertInstanceOf(Accounts.LoggedIn.class, login("ada", PASSWORD, "192.0.2.2"));
    nanos += 61_000_000_000L;
    assertInstanceOf(Accounts.LoggedIn.class, login("ada", PASSWORD, "192.0.2.1"));
  }

  @Test
  void a_name_has_ten_failures_in_five_minutes_whether_it_exists_or_not() throws Exception {
    for (String name : List.of("ada", "nobody")) {
      for (int i = 0; i < 10; i++) {
        login(name, "a wrong password", "192.0.2." + i);
      }
      assertEquals(new Accounts.TooMany(301), login(name, PASSWORD, "198.51.100.1"), name);
    }
    nanos += 301_000_000_000L;
    assertInstanceOf(Accounts.LoggedIn.class, login("ada", PASSWORD, "198.51.100.1"));
  }

  @Test
  void a_database_that_does_not_answer_ends_no_session() {
    store.pending = CompletableFuture.failedFuture(new IllegalStateException("down"));
    Secret session = Secret.newSession();
    assertInstanceOf(AuthDecision.Unavailable.class, decision(session));
    store.pending = null;
    store.sessions.put(ByteBuffer.wrap(session.hash()), ADA);
    assertEquals(new AuthDecision.GrantedAccount(ADA), decision(session));
  }

  @Test
  void invented_cookies_do_not_queue_at_the_database() {
    store.pending = new CompletableFuture<>();
    for (int i = 0; i < 32; i++) {
      accounts.session(Secret.newSession());
    }
    assertInstanceOf(AuthDecision.Unavailable.class, decision(Secret.newSession()));
    assertEquals(32, store.readings);
    store.pending.complete(Optional.empty());
    store.pending = null;
    assertInstanceOf(AuthDecision.Unauthorized.class, decision(Secret.newSession()));
  }

  @Test
  void a_name_that_a_proxy_vouches_for_needs_an_account() {
    assertEquals(
        new AuthDecision.GrantedAccount(ADA), accounts.named("ada").toCompletableFuture().join());
    AuthDecision.Forbidden unknown =
        assertInstanceOf(
            AuthDecision.Forbidden.class, accounts.named("eve").toCompletableFuture().join());
    assertTrue(unknown.message().contains("user add"), unknown.message());
  }
}
