// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Which share of their time the writers spend in transactions. */
public final class WriterLoad {
  /** From this share on, writers need the database for themselves. */
  private static final double BUSY = 0.4;

  /** A shorter time says little. */
  private static final long MIN_NANOS = 20_000_000;

  private final LongAdder busyNanos = new LongAdder();
  private final AtomicInteger writers = new AtomicInteger();
  private long lastBusyNanos;
  private long lastTime = System.nanoTime();
  private double share;

  void opened() {
    writers.incrementAndGet();
  }

  void closed() {
    writers.decrementAndGet();
  }

  void add(long nanos) {
    busyNanos.add(nanos);
  }

  /** Whether the writers were busy since the last call. */
  public synchronized boolean isBusy() {
    long now = System.nanoTime();
    if (now - lastTime >= MIN_NANOS) {
      long busy = busyNanos.sum();
      share = (double) (busy - lastBusyNanos) / (now - lastTime) / Math.max(1, writers.get());
      lastBusyNanos = busy;
      lastTime = now;
    }
    return share > BUSY;
  }
}
