package io.harvester.auth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often an address may fail. Guessing a key of 256 bits is hopeless with or without this: it
 * keeps a script gone wrong from filling the database's time and the log.
 */
public final class AttemptLimit {
  private static final int MAX_ADDRESSES = 10_000;

  private final int failuresAllowed;
  private final Duration window;
  private final Clock clock;

  // In order of the first failure: the oldest makes room, and expired ones are found in front.
  private final Map<String, Failures> byAddress = new LinkedHashMap<>();

  private record Failures(Instant since, int count) {}

  /** At most that many failures per address and window. */
  public AttemptLimit(int failuresAllowed, Duration window, Clock clock) {
    this.failuresAllowed = failuresAllowed;
    this.window = window;
    this.clock = clock;
  }

  /** Seconds until the address may try again; 0: now. */
  public synchronized long secondsToWait(String address) {
    Failures failures = byAddress.get(address);
    if (failures == null || failures.count() < failuresAllowed) {
      return 0;
    }
    Duration left = Duration.between(clock.instant(), failures.since().plus(window));
    if (left.isNegative() || left.isZero()) {
      byAddress.remove(address);
      return 0;
    }
    return left.toSeconds() + 1;
  }

  /** The address failed. */
  public synchronized void failed(String address) {
    Instant now = clock.instant();
    byAddress.values().removeIf(failures -> failures.since().plus(window).isBefore(now));
    if (byAddress.size() >= MAX_ADDRESSES && !byAddress.containsKey(address)) {
      byAddress.remove(byAddress.keySet().iterator().next());
    }
    byAddress.merge(
        address, new Failures(now, 1), (old, one) -> new Failures(old.since(), old.count() + 1));
  }
}
