// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * The first 128 bits of SHA-256 over a sequence of parts, each text length-prefixed. It is stored,
 * so it must not change between releases. Not thread-safe.
 */
public final class Fingerprint {
  private final MessageDigest sha256;
  private ByteBuffer parts = ByteBuffer.allocate(512);
  private String lastOwner;
  private int lastOwnerBits;

  /** Starts without parts. */
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
    reserve(Integer.BYTES + bytes.length);
    parts.putInt(bytes.length).put(bytes);
    return this;
  }

  /** Adds a number. */
  public Fingerprint add(long number) {
    reserve(Long.BYTES);
    parts.putLong(number);
    return this;
  }

  /** The fingerprint of the parts added since the last call. */
  public UUID toUuid() {
    sha256.update(parts.array(), 0, parts.position());
    parts.clear();
    ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
    return new UUID(digest.getLong(), digest.getLong());
  }

  /** The same, but with the first 32 bits of the owner's own fingerprint. */
  UUID toUuid(String owner) {
    UUID own = toUuid();
    if (!owner.equals(lastOwner)) {
      lastOwnerBits = (int) (add(owner).toUuid().getMostSignificantBits() >>> 32);
      lastOwner = owner;
    }
    return new UUID(
        (long) lastOwnerBits << 32 | (own.getMostSignificantBits() & 0xFFFF_FFFFL),
        own.getLeastSignificantBits());
  }

  private void reserve(int bytes) {
    if (parts.remaining() < bytes) {
      ByteBuffer larger = ByteBuffer.allocate(2 * (parts.position() + bytes));
      parts = larger.put(parts.flip());
    }
  }
}
