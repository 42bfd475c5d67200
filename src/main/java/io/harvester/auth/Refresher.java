// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import io.harvester.schedule.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Reads a state every two seconds, and at once on request, but at most about ten times a second:
 * all requests that arrive before a reading starts share it.
 */
final class Refresher<S> implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration MIN_PAUSE = Duration.ofMillis(100);

  private final Source<S> source;
  private final Consumer<S> onChange;
  private final Scheduler scheduler;
  private Scheduler.Job readings; // null: not started
  private CompletableFuture<Boolean> nextReading = new CompletableFuture<>();
  private boolean closed;

  /** Gives the state if it changed since the last reading. */
  @FunctionalInterface
  interface Source<S> {
    Optional<S> loadIfChanged() throws AccessUnavailableException;
  }

  Refresher(Source<S> source, Consumer<S> onChange, Scheduler scheduler) {
    this.source = source;
    this.onChange = onChange;
    this.scheduler = scheduler;
  }

  synchronized void start() {
    readings = scheduler.every("credentials", Duration.ZERO, PERIOD, this::read);
  }

  /** Completes with whether a reading that starts after this call succeeded. */
  synchronized CompletionStage<Boolean> refresh() {
    if (closed) {
      return CompletableFuture.completedStage(false);
    }
    if (readings != null) {
      readings.runSoon(MIN_PAUSE);
    }
    return nextReading;
  }

  private void read() throws AccessUnavailableException {
    CompletableFuture<Boolean> reading = startReading();
    boolean succeeded = false;
    try {
      source.loadIfChanged().ifPresent(onChange);
      succeeded = true;
    } catch (AccessUnavailableException e) {
      throw new AccessUnavailableException(
          e.getMessage() + "; the credentials in memory remain in use", e);
    } finally {
      reading.complete(succeeded);
    }
  }

  private synchronized CompletableFuture<Boolean> startReading() {
    CompletableFuture<Boolean> reading = nextReading;
    nextReading = new CompletableFuture<>();
    return reading;
  }

  /** Fails the requests that no reading has answered. */
  @Override
  public synchronized void close() {
    closed = true;
    nextReading.complete(false);
  }
}
