package io.harvester.bench;

import java.util.concurrent.locks.LockSupport;

/** Spreads events evenly over time, for any number of threads; never catches up on lost time. */
final class Pace {
  private final long nanosPerEvent;
  private long next = System.nanoTime();

  Pace(double eventsPerSecond) {
    nanosPerEvent = (long) (1e9 / eventsPerSecond);
  }

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
