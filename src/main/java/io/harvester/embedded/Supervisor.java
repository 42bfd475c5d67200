package io.harvester.embedded;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the server running: starts it, looks after it, and starts it again when it dies. */
final class Supervisor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);
  private static final long FIRST_PAUSE_MS = 500;
  private static final long LONGEST_PAUSE_MS = 30_000;

  /** A server that ran this long was sound: the next pause is the first one again. */
  private static final long SOUND_NS = TimeUnit.SECONDS.toNanos(60);

  /** How long the first start waits for left-over sessions of a killed server to end. */
  private static final long LEFTOVERS_NS = TimeUnit.SECONDS.toNanos(30);

  private static final long TRIM_SECONDS = 30;

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

  /** Starts the server and returns when it takes connections. */
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

  /** Process id of the server started last. */
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
        if (!firstStart.isDone() && !isLeftover(end, begun)) {
          firstStart.completeExceptionally(new EmbeddedPostgresException(end));
          return;
        }
        pauseMs = System.nanoTime() - started > SOUND_NS ? FIRST_PAUSE_MS : pauseMs;
        log.warn("{}; starting it again in {} ms", end, pauseMs);
        if (stopping.await(pauseMs, TimeUnit.MILLISECONDS)) {
          return;
        }
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      firstStart.completeExceptionally(e);
    }
  }

  /** Sessions of a server that was killed hold its memory for a moment more. */
  private static boolean isLeftover(String end, long begun) {
    return end.contains("pre-existing shared memory block")
        && System.nanoTime() - begun < LEFTOVERS_NS;
  }

  /** Runs the server to its end and says how it ended. */
  private String runServer() throws InterruptedException {
    try {
      Process running = launchUnlessStopping();
      if (running == null) {
        return "stopped";
      }
      program.awaitReady(running);
      if (!firstStart.complete(null)) {
        log.info("PostgreSQL is ready again (pid {})", running.pid());
      }
      while (!running.waitFor(TRIM_SECONDS, TimeUnit.SECONDS)) {
        serverLog.trim();
      }
      return "PostgreSQL (pid %d) ended with status %d"
          .formatted(running.pid(), running.exitValue());
    } catch (IOException e) {
      return "PostgreSQL cannot be run: " + e;
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

  /** Stops the server and waits for its end. */
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
