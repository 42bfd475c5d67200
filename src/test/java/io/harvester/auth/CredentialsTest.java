// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.auth.AccessStore.NodeAccess;
import io.harvester.auth.AccessStore.State;
import io.harvester.auth.AccessStore.Token;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CredentialsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private final Secret right = Secret.newToken();

  @Test
  void a_token_is_its_node() {
    assertEquals(
        Optional.of(new AuthDecision.Granted(new Identity("lab-01", List.of()))),
        of(new Token("lab-01", right.hash(), null)).check(token(right)));
  }

  @Test
  void an_unknown_token_is_left_to_a_second_look() {
    Credentials some = of(new Token("lab-01", right.hash(), null));
    assertEquals(Optional.empty(), some.check(token(Secret.newToken())));
    assertEquals(Optional.empty(), Credentials.NONE.check(token(right)));
  }

  @Test
  void a_token_works_until_it_expires_and_no_longer() {
    assertInstanceOf(AuthDecision.Granted.class, checked(NOW.plusMillis(1)));
    assertInstanceOf(AuthDecision.Unauthorized.class, checked(NOW));
  }

  private AuthDecision checked(Instant expires) {
    return of(new Token("lab-01", right.hash(), expires)).check(token(right)).orElseThrow();
  }

  @Test
  void the_user_of_basic_authentication_must_own_the_token() {
    Credentials some = of(new Token("lab-01", right.hash(), null));
    Credential.Token other = new Credential.Token(right, Optional.of("lab-02"));
    assertInstanceOf(AuthDecision.Unauthorized.class, some.check(other).orElseThrow());
  }

  @Test
  void a_disabled_node_is_refused_whatever_it_shows() {
    State state =
        new State(
            1,
            List.of(new Token("lab-01", right.hash(), null)),
            Map.of("lab-01", new NodeAccess(true, List.of())));
    Credentials disabled = new Credentials(state, Clock.fixed(NOW, ZoneOffset.UTC));
    assertInstanceOf(AuthDecision.Forbidden.class, disabled.check(token(right)).orElseThrow());
    assertInstanceOf(AuthDecision.Forbidden.class, disabled.grant("lab-01"));
  }

  @Test
  void a_gateway_owns_what_its_patterns_say() {
    Identity gateway =
        new Identity("gw", List.of(new NodePattern("lab-*"), new NodePattern("web")));
    assertTrue(gateway.owns("gw"));
    assertTrue(gateway.owns("lab-77"));
    assertTrue(gateway.owns("web"));
    assertFalse(gateway.owns("web2"));
    assertFalse(gateway.owns("la"));
  }

  @Test
  void patterns_are_names_or_beginnings() {
    assertTrue(NodePattern.ALL.matches("anything"));
    for (String wrong : List.of("", "a*b", "*a", "a b*", "**", "ä")) {
      assertThrows(IllegalArgumentException.class, () -> new NodePattern(wrong), wrong);
    }
  }

  @Test
  void node_names_are_bounded_and_plain() {
    assertTrue(NodeName.isValid("lab-01.example_2"));
    assertTrue(NodeName.isValid("a".repeat(63)));
    for (String wrong : List.of("", "-a", ".a", "a b", "a".repeat(64), "a\n", "é", "a/b")) {
      assertFalse(NodeName.isValid(wrong), wrong);
    }
  }

  @Test
  void a_secret_does_not_print_itself() {
    assertFalse(right.toString().contains(right.reveal()));
    assertTrue(right.reveal().startsWith("hvn_"));
    assertEquals(47, right.reveal().length());
  }

  private static Credential.Token token(Secret secret) {
    return new Credential.Token(secret, Optional.empty());
  }

  private static Credentials of(Token token) {
    return new Credentials(
        new State(1, List.of(token), Map.of()), Clock.fixed(NOW, ZoneOffset.UTC));
  }
}
