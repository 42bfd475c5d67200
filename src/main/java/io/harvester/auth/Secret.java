// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A token or key in clear text: shown once, never stored, never logged. It has 256 random bits, so
 * that it cannot be guessed, and an unsalted hash of it is safe to store.
 */
public final class Secret {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 32;

  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  /** A new token of a node. People and secret scanners recognize it by its prefix. */
  public static Secret newToken() {
    return random("hvn_");
  }

  /** A new token of a reader. */
  public static Secret newReaderToken() {
    return random("hvr_");
  }

  /** A new enrolment key. */
  public static Secret newEnrolKey() {
    return random("hve_");
  }

  /** A new session of a person. */
  public static Secret newSession() {
    return random("hvs_");
  }

  /** A secret that a client presented. */
  public static Secret of(String presented) {
    return new Secret(presented);
  }

  private static Secret random(String prefix) {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return new Secret(prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** The clear text, for its owner. */
  public String reveal() {
    return text;
  }

  /** SHA-256 of the clear text: what is stored and compared. */
  public byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Not the clear text, so that a log of this object does not leak it. */
  @Override
  public String toString() {
    return "(secret)";
  }
}
