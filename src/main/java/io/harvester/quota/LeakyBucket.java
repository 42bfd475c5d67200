// SPDX-License-Identifier: Apache-2.0
package io.harvester.quota;

/**
 * Measures a rate against its limit: what arrives fills the bucket, and it leaks at the allowed
 * rate. Anything is admitted while the bucket is not full, however large, so that nothing is too
 * large to be ever admitted; a large amount keeps the bucket full for longer. Not thread-safe.
 */
final class LeakyBucket {
  private double level;
  private long at;

  /** Starts empty, at a time of {@code System.nanoTime}. */
  LeakyBucket(long now) {
    this.at = now;
  }

  /**
   * Seconds until the bucket is not full; 0: it is not full now.
   *
   * @param perSecond the leak
   * @param size the level at which it is full
   */
  long secondsToWait(long now, double perSecond, double size) {
    leak(now, perSecond);
    return level < size ? 0 : (long) Math.ceil((level - size) / perSecond) + 1;
  }

  /** Whether that amount fits without overflow. */
  boolean hasRoomFor(double amount, long now, double perSecond, double size) {
    leak(now, perSecond);
    return level + amount <= size;
  }

  /** Adds an amount. */
  void fill(long now, double perSecond, double amount) {
    leak(now, perSecond);
    level += amount;
  }

  /** How full it is. */
  double level(long now, double perSecond) {
    leak(now, perSecond);
    return level;
  }

  private void leak(long now, double perSecond) {
    level = Math.max(0, level - (now - at) * 1e-9 * perSecond);
    at = now;
  }
}
