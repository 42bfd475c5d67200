package io.harvester.auth;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a state every other second, and at once when somebody asks; but never more than a few times
 * a second, however many ask: everybody who asks before a reading begins shares it.
 */
final class Refresher<S> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Refresher.class);
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

  private final Source<S> source;
  private final Consumer<S> onChange;
  private final Thread thread = new Thread(this::run, "credentials");
  private CompletableFuture<Boolean> asked = new CompletableFuture<>();
  private boolean wanted;
  private boolean failing;
  private volatile boolean closed;

  /** Gives the state if it changed. */
  @FunctionalInterface
  interface Source<S> {
    Optional<S> loadIfChanged() throws AccessUnavailableException;
  }

  Refresher(Source<S> source, Consumer<S> onChange) {
    this.source = source;
    this.onChange = onChange;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Whether a reading that begins after this call succeeds. */
  synchronized CompletionStage<Boolean> refresh() {
    if (closed) {
      return CompletableFuture.completedStage(false);
    }
    wanted = true;
    notifyAll();
    return asked;
  }

  private void run() {
    try {
      while (!closed) {
        CompletableFuture<Boolean> waiting = next();
        waiting.complete(read());
        Thread.sleep(SHORTEST_PAUSE.toMillis());
        pause();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      next().complete(false);
    }
  }

  private synchronized CompletableFuture<Boolean> next() {
    CompletableFuture<Boolean> waiting = asked;
    asked = new CompletableFuture<>();
    wanted = false;
    return waiting;
  }

  private synchronized void pause() throws InterruptedException {
    long end = System.nanoTime() + PERIOD.toNanos();
    for (long left = PERIOD.toMillis(); left > 0 && !wanted && !closed; ) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
  }

  private boolean read() {
    try {
      source.loadIfChanged().ifPresent(onChange);
      if (failing) {
        LOG.info("credentials are read again");
      }
      failing = false;
    } catch (AccessUnavailableException | RuntimeException e) {
      if (!failing && !closed) {
        LOG.warn("credentials not refreshed, those in memory stay: {}", e.getMessage());
      }
      failing = true;
    }
    return !failing;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
