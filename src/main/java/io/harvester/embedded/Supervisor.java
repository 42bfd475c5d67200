// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the server, and restarts it with growing pauses when it dies. */
final class Supervisor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final long FIRST_PAUSE_MS = 500;
  private static final long MAX_PAUSE_MS = 30_000;

  /** After a run of this length, the next pause is the first one again. */
  private static final long STABLE_NS = TimeUnit.SECONDS.toNanos(60);

  /** How long the first start waits until the sessions of a killed server have ended. */
  private static final long OLD_SESSIONS_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

  private static final long LOG_TRIM_SECONDS = 30;

  private final ServerProgram program;
  private final ServerLog serverLog;
  private final CompletableFuture<Void> firstStart = new CompletableFuture<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "postgres");
  private Process process;

  private Supervisor(ServerProgram program, ServerLog serverLog) {
    this.program = program;
    this.serverLog = serverLog;
    thread.setDaemon(true);
  }

  /** Starts the server and returns when it accepts connections. */
  static Supervisor start(ServerProgram program, ServerLog serverLog)
      throws EmbeddedPostgresException {
    Supervisor supervisor = new Supervisor(program, serverLog);
    supervisor.thread.start();
    try {
      supervisor.firstStart.get();
      return supervisor;
    } catch (InterruptedException e) {
      supervisor.close();
      throw Commands.interrupted(e);
    } catch (ExecutionException e) {
      supervisor.close();
      throw new EmbeddedPostgresException(e.getCause().getMessage());
    }
  }

  /** Process id of the server that was started last. */
  synchronized long pid() {
    return process.pid();
  }

  private void run() {
    long begun = System.nanoTime();
    long pauseMs = FIRST_PAUSE_MS;
    try {
      while (stopping.getCount() > 0) {
        long started = System.nanoTime();
        String end = runServer();
        if (stopping.getCount() == 0) {
          return;
        }
        if (!firstStart.isDone() && !waitsForOldSessions(end, begun)) {
          firstStart.completeExceptionally(new EmbeddedPostgresException(end));
          return;
        }
        pauseMs = System.nanoTime() - started > STABLE_NS ? FIRST_PAUSE_MS : pauseMs;
        LOG.warn("{}; restarting it in {} ms", end, pauseMs);
        if (stopping.await(pauseMs, TimeUnit.MILLISECONDS)) {
          return;
        }
        pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      firstStart.completeExceptionally(e);
    }
  }

  /** The sessions of a killed server hold its shared memory for a moment longer. */
  private static boolean waitsForOldSessions(String end, long begun) {
    return end.contains("pre-existing shared memory block")
        && System.nanoTime() - begun < OLD_SESSIONS_TIMEOUT_NS;
  }

  /** Runs the server until it ends, and returns how it ended. */
  private String runServer() throws InterruptedException {
    try {
      Process running = launchUnlessStopping();
      if (running == null) {
        return "stopped";
      }
      program.awaitReady(running);
      if (!firstStart.complete(null)) {
        LOG.info("PostgreSQL is ready again (pid {})", running.pid());
      }
      while (!running.waitFor(LOG_TRIM_SECONDS, TimeUnit.SECONDS)) {
        serverLog.trim();
      }
      return "PostgreSQL (pid %d) ended with status %d"
          .formatted(running.pid(), running.exitValue());
    } catch (IOException e) {
      return "cannot run PostgreSQL: " + e;
    } catch (EmbeddedPostgresException e) {
      return e.getMessage();
    }
  }

  private synchronized Process launchUnlessStopping() throws IOException {
    if (stopping.getCount() == 0) {
      return null;
    }
    process = program.launch();
    return process;
  }

  /** Stops the server and waits until it has ended. */
  @Override
  public void close() {
    Process last;
    synchronized (this) {
      stopping.countDown();
      last = process;
    }
    if (last != null) {
      FastShutdown.of(last.pid(), last::isAlive);
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
