// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Divides large pieces of work among the processors. The asking thread works too and never waits
 * for a part that no thread has begun, so queries cannot block each other.
 */
final class Workers {
  /** Below this cost, about a nanosecond each, a second thread does not pay. */
  private static final long MIN_COST = 2_000_000;

  /** Parts per thread, so that a fast one takes over from a slow one. */
  private static final int PARTS = 4;

  private final int threads;
  private final ExecutorService pool;

  /** Work on a part. */
  interface Part {
    void run(int from, int to);
  }

  Workers(int threads) {
    this.threads = threads;
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "query");
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    this.pool = executor;
  }

  /** Runs parts of {@code [0, count)}, at the same time if the cost is high. */
  void divide(int count, long cost, Part work) {
    if (threads < 2 || count < 2 || cost < MIN_COST) {
      work.run(0, count);
      return;
    }
    int parts = Math.min(count, threads * PARTS);
    Division division = new Division(count, parts, work);
    for (int i = 1; i < threads; i++) {
      pool.execute(division);
    }
    division.run();
    division.await();
  }

  private static final class Division implements Runnable {
    private final int count;
    private final int parts;
    private final Part work;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch left;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Division(int count, int parts, Part work) {
      this.count = count;
      this.parts = parts;
      this.work = work;
      this.left = new CountDownLatch(parts);
    }

    @Override
    public void run() {
      for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            work.run(
                (int) ((long) count * part / parts), (int) ((long) count * (part + 1) / parts));
          }
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          left.countDown();
        }
      }
    }

    void await() {
      boolean interrupted = false;
      while (true) {
        try {
          left.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (failure.get() instanceof RuntimeException e) {
        throw e;
      } else if (failure.get() instanceof Error e) {
        throw e;
      }
    }
  }
}
