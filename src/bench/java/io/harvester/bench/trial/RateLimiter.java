// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import java.util.concurrent.locks.LockSupport;

/** Spaces events of any number of threads evenly; lost time is not made up for. */
final class RateLimiter {
  private final long nanosPerEvent;
  private long next = System.nanoTime();

  RateLimiter(double eventsPerSecond) {
    nanosPerEvent = (long) (1e9 / eventsPerSecond);
  }

  /** Waits for the next turn. */
  void await() {
    long turn = turn();
    for (long rest = turn - System.nanoTime(); rest > 0; rest = turn - System.nanoTime()) {
      LockSupport.parkNanos(rest);
    }
  }

  private synchronized long turn() {
    next = Math.max(next + nanosPerEvent, System.nanoTime());
    return next;
  }
}
