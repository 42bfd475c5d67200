package io.harvester.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A token or key while it is in the clear: shown once, never stored, never logged. 256 random bits,
 * so that a plain hash is enough to keep and guessing is hopeless.
 */
public final class Secret {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 32;

  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  /** A new token of a node. The prefix lets people and secret scanners tell what they found. */
  public static Secret newToken() {
    return random("hvn_");
  }

  /** A new enrolment key. */
  public static Secret newEnrolKey() {
    return random("hve_");
  }

  /** What somebody presented. */
  public static Secret of(String presented) {
    return new Secret(presented);
  }

  private static Secret random(String prefix) {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return new Secret(prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** The secret itself, for the one who is to have it. */
  public String reveal() {
    return text;
  }

  /** SHA-256 of it: what is stored and compared. */
  public byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Never the secret: whatever logs this object shall not leak it. */
  @Override
  public String toString() {
    return "(secret)";
  }
}
