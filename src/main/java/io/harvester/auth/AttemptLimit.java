// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Limits how often an address may fail. It does not protect keys of 256 bits, which cannot be
 * guessed; it protects the database and the log from a script that retries without end. Remembers
 * at most 10,000 addresses.
 */
public final class AttemptLimit {
  private static final int MAX_ADDRESSES = 10_000;

  private final int failuresAllowed;
  private final Cache<String, Integer> failures;

  /**
   * Starts without failures.
   *
   * @param failuresAllowed per address and window
   * @param window counted from the first failure of an address
   * @param nanoTime a clock such as {@code System::nanoTime}
   */
  public AttemptLimit(int failuresAllowed, Duration window, LongSupplier nanoTime) {
    this.failuresAllowed = failuresAllowed;
    this.failures =
        Caffeine.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfter(Expiry.creating((String address, Integer count) -> window))
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run)
            .build();
  }

  /** Seconds until the address may try again; 0: now. */
  public long secondsToWait(String address) {
    Integer count = failures.getIfPresent(address);
    if (count == null || count < failuresAllowed) {
      return 0;
    }
    return failures
        .policy()
        .expireVariably()
        .orElseThrow()
        .getExpiresAfter(address)
        .map(left -> left.toSeconds() + 1)
        .orElse(0L);
  }

  /** The address failed. */
  public void failed(String address) {
    failures.asMap().merge(address, 1, Integer::sum);
  }

  /** Number of addresses remembered. */
  long size() {
    failures.cleanUp();
    return failures.estimatedSize();
  }
}
