// SPDX-License-Identifier: Apache-2.0
package io.harvester.warmup;

import io.harvester.http.Readiness;
import io.harvester.http.server.Loopback;
import io.harvester.postgres.discard.DiscardingCatalog;
import io.harvester.postgres.discard.DiscardingSampleStore;
import io.harvester.series.SeriesCatalog;
import io.harvester.storage.SampleStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warms up the JIT compilers with synthetic requests. A JVM that has just started interprets the
 * write path, so the first minute of a service is its slowest; that is also when senders send their
 * backlog. Until the first real request arrives, synthetic requests take the complete write path,
 * from a socket to the database, where nothing is stored.
 *
 * <p>The first phase runs without a database, while the service connects to it; the second phase
 * uses the database.
 */
public final class JitWarmUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JitWarmUp.class);

  /** The first phase ends after this time even without a database: nothing is left to compile. */
  private static final Duration MAX_FIRST_PHASE = Duration.ofSeconds(6);

  /** For the requests in flight at a close, which take long if the database hangs. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Function<Readiness, Loopback> openLoopback;
  private final Duration maxSecondPhase;
  private final BooleanSupplier realRequests;
  private final ExecutorService phases = threads("jit-warm-up", 1);
  private final ExecutorService senderThreads =
      threads("jit-warm-up-sender", SyntheticSender.COUNT);
  private final List<SyntheticSender> senders = new ArrayList<>();
  private volatile boolean connected;
  private volatile boolean over = true;
  private volatile boolean closed;

  /**
   * A warm-up that has not started, which counts as over.
   *
   * @param openLoopback opens a listener on the loopback interface for a service
   * @param maxSecondPhase the longest time of the second phase; zero: no warm-up
   * @param realRequests whether a real request has arrived, which ends the warm-up
   */
  public JitWarmUp(
      Function<Readiness, Loopback> openLoopback,
      Duration maxSecondPhase,
      BooleanSupplier realRequests) {
    this.openLoopback = openLoopback;
    this.maxSecondPhase = maxSecondPhase;
    this.realRequests = realRequests;
  }

  /** Starts the first phase, unless the second one has no time. */
  public synchronized void start() {
    if (closed || maxSecondPhase.isZero()) {
      return;
    }
    over = false;
    runPhase(
        "first",
        () -> {
          for (int i = 0; i < SyntheticSender.COUNT; i++) {
            senders.add(new SyntheticSender(i));
          }
          return send(
              new DiscardingCatalog(),
              new DiscardingSampleStore(),
              MAX_FIRST_PHASE,
              () -> !connected);
        });
  }

  /** Ends the first phase and starts the second, if the warm-up has started. */
  public synchronized void connected(SeriesCatalog catalog, SampleStore store) {
    if (over) {
      return;
    }
    connected = true;
    runPhase(
        "second",
        () -> {
          try {
            return send(catalog, store, maxSecondPhase, () -> true);
          } finally {
            over = true;
            senderThreads.shutdown();
            senders.clear();
          }
        });
    phases.shutdown();
  }

  /** Whether both phases have ended, or a real request has arrived. */
  public boolean isOver() {
    return over || realRequests.getAsBoolean();
  }

  private void runPhase(String phase, Callable<Long> sending) {
    phases.execute(
        () -> {
          try {
            LOG.debug("{} phase of the JIT warm-up: {} samples", phase, sending.call());
          } catch (Exception e) {
            if (!closed) {
              LOG.warn(
                  "the JIT warm-up failed: the first minute is slower, all else works: {}",
                  e.getMessage());
            }
          }
        });
  }

  /** Sends until a condition ends the phase, and returns the number of acknowledged samples. */
  private long send(
      SeriesCatalog catalog, SampleStore store, Duration maxTime, BooleanSupplier isWanted)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + maxTime.toNanos();
    BooleanSupplier goOn =
        () ->
            System.nanoTime() < end
                && isWanted.getAsBoolean()
                && !closed
                && !realRequests.getAsBoolean();
    try (WarmUpService service = new WarmUpService(openLoopback, catalog, store)) {
      List<Future<Long>> running = new ArrayList<>();
      for (SyntheticSender sender : senders) {
        running.add(senderThreads.submit(() -> sender.send(service.port(), service.token(), goOn)));
      }
      long samples = 0;
      for (Future<Long> sent : running) {
        samples += sent.get();
      }
      return samples;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** Ends the warm-up, and waits until its listener and connections are closed. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      over = true;
      phases.shutdown();
    }
    try {
      if (!phases.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        phases.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      phases.shutdownNow();
    }
    senderThreads.shutdownNow();
  }

  private static ExecutorService threads(String name, int max) {
    return Executors.newFixedThreadPool(
        max,
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }
}
