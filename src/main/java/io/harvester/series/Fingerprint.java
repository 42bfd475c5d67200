package io.harvester.series;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * First 128 bits of SHA-256 over a sequence of parts, each text length-prefixed: an identity that
 * is stable over processes and releases.
 */
public final class Fingerprint {
  private final MessageDigest sha256;

  /** Of no parts yet. */
  public Fingerprint() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds a text. */
  public Fingerprint add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sha256.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
    sha256.update(bytes);
    return this;
  }

  /** Adds a number. */
  public Fingerprint add(long number) {
    sha256.update(ByteBuffer.allocate(8).putLong(0, number));
    return this;
  }

  /** The identity of what was added; nothing can be added after it. */
  public UUID toUuid() {
    ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
    return new UUID(digest.getLong(), digest.getLong());
  }
}
