package io.harvester.quota;

/**
 * Measures a rate against its limit: what comes in fills the bucket, and it leaks at the allowed
 * rate. Whoever comes while it is not full is let in whatever it brings, so that nothing is too
 * large to ever get in; but then it stays full for the longer. Not thread-safe.
 */
final class LeakyBucket {
  private double level;
  private long at;

  /** Starts empty, at a time of {@code System.nanoTime}. */
  LeakyBucket(long now) {
    this.at = now;
  }

  /** Seconds until there is room; 0: now. {@code perSecond}: the leak, {@code size}: when full. */
  long secondsToWait(long now, double perSecond, double size) {
    leak(now, perSecond);
    return level < size ? 0 : (long) Math.ceil((level - size) / perSecond) + 1;
  }

  /** Whether that much fits in without overflowing. */
  boolean hasRoomFor(double amount, long now, double perSecond, double size) {
    leak(now, perSecond);
    return level + amount <= size;
  }

  /** Something came in. */
  void fill(long now, double perSecond, double amount) {
    leak(now, perSecond);
    level += amount;
  }

  private void leak(long now, double perSecond) {
    level = Math.max(0, level - (now - at) * 1e-9 * perSecond);
    at = now;
  }
}
