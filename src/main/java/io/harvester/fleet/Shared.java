// SPDX-License-Identifier: Apache-2.0
package io.harvester.fleet;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A value that is computed when somebody asks, but at most once per interval for all who ask. An
 * expensive one takes a tenth of a thread at most.
 */
final class Shared<T> {
  private static final int MAX_SHARE = 10;
  private static final long MAX_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  /** An older value was computed for earlier viewers, and is not shown. */
  private static final long MAX_AGE_NANOS = Duration.ofMinutes(2).toNanos();

  private final Computation<T> computation;
  private final long intervalNanos;
  private final Executor executor;
  private CompletableFuture<T> latest; // complete
  private CompletableFuture<T> running; // null: none
  private long computedAt;
  private long validUntil;

  /** What is computed; it gets the value before, null at first. */
  @FunctionalInterface
  interface Computation<T> {
    T compute(T before) throws Exception;
  }

  Shared(Computation<T> computation, Duration interval, Executor executor) {
    this.computation = computation;
    this.intervalNanos = interval.toNanos();
    this.executor = executor;
  }

  /** The value, once it is computed if it is older than the interval. */
  synchronized CompletionStage<T> fresh() {
    refreshIfOld();
    return running != null ? running : latest;
  }

  /**
   * The newest value that is complete, while a newer one is computed; empty: there is none, or it
   * was computed for earlier viewers.
   */
  synchronized Optional<T> newest() {
    refreshIfOld();
    boolean usable =
        latest != null
            && !latest.isCompletedExceptionally()
            && System.nanoTime() - computedAt < MAX_AGE_NANOS;
    return usable ? Optional.of(latest.join()) : Optional.empty();
  }

  private void refreshIfOld() {
    if (running == null && (latest == null || System.nanoTime() - validUntil >= 0)) {
      CompletableFuture<T> begun = new CompletableFuture<>();
      T before = latest == null || latest.isCompletedExceptionally() ? null : latest.join();
      running = begun;
      try {
        executor.execute(() -> compute(before, begun));
      } catch (RejectedExecutionException e) {
        running = null;
        latest = CompletableFuture.failedFuture(e);
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // those who wait have the other one
  private void compute(T before, CompletableFuture<T> begun) {
    long start = System.nanoTime();
    CompletableFuture<T> outcome;
    try {
      outcome = CompletableFuture.completedFuture(computation.compute(before));
    } catch (Exception | Error e) {
      outcome = CompletableFuture.failedFuture(e);
    }
    synchronized (this) {
      long end = System.nanoTime();
      latest = outcome;
      running = null;
      computedAt = start;
      validUntil =
          start + Math.max(intervalNanos, Math.min(MAX_PAUSE_NANOS, (end - start) * MAX_SHARE));
    }
    outcome.whenComplete(
        (value, problem) -> {
          if (problem == null) {
            begun.complete(value);
          } else {
            begun.completeExceptionally(problem);
          }
        });
  }
}
