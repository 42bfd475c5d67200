// SPDX-License-Identifier: Apache-2.0
package io.harvester.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords and their hashes. */
class PasswordTest {
  /** From the tests of the reference implementation (phc-winner-argon2, src/test.c). */
  private static final String OF_THE_REFERENCE =
      "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc";

  @Test
  void a_hash_matches_its_password_only() {
    String hash = PasswordHash.of("correct horse battery");
    assertTrue(hash.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"), hash);
    assertTrue(PasswordHash.matches("correct horse battery", hash));
    assertFalse(PasswordHash.matches("correct horse batterz", hash));
    assertFalse(PasswordHash.matches("", hash));
    assertNotEquals(hash, PasswordHash.of("correct horse battery"), "each has its own salt");
  }

  @Test
  void the_hash_of_the_reference_implementation_matches() {
    assertTrue(PasswordHash.matches("password", OF_THE_REFERENCE));
    assertFalse(PasswordHash.matches("passwore", OF_THE_REFERENCE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret-secret",
        "$2b$12$abcdefghijklmnopqrstuv",
        "$argon2id$v=19$m=999999999,t=2,p=1$c2FsdHNhbHQ$AAAA",
        "$argon2id$v=19$m=19456,t=999999999,p=1$c2FsdHNhbHQ$AAAA",
        "$argon2id$v=19$m=19456,t=0,p=0$c2FsdHNhbHQ$AAAA"
      })
  void what_is_no_hash_matches_nothing(String stored) {
    assertFalse(PasswordHash.matches("secret-secret", stored));
  }

  @Test
  void new_passwords_differ_and_are_allowed() throws Exception {
    String password = Password.random();
    assertTrue(password.matches("([a-km-z2-9]{5}-){3}[a-km-z2-9]{5}"), password);
    assertNotEquals(password, Password.random());
    assertEquals(password, Password.chosen(password));
    ActionRefusedException refused =
        assertThrows(ActionRefusedException.class, () -> Password.chosen("short"));
    assertEquals("a password must have 10 to 500 characters, not 5", refused.getMessage());
    assertThrows(ActionRefusedException.class, () -> Password.chosen("x".repeat(501)));
  }
}
