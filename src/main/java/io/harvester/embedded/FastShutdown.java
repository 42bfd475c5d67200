package io.harvester.embedded;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a server: in order if it can (sessions cut, checkpoint written), by force if it hangs. */
final class FastShutdown {
  private static final Logger log = LoggerFactory.getLogger(FastShutdown.class);
  private static final long ORDERLY_SECONDS = 60;
  private static final long FORCED_SECONDS = 5;
  private static final long POLL_MS = 10;

  private FastShutdown() {}

  /** Ends a process and waits; {@code alive} tells whether it is still there. */
  static void of(long pid, BooleanSupplier alive) {
    if (ends(pid, "INT", ORDERLY_SECONDS, alive)) {
      return;
    }
    log.warn("PostgreSQL (pid {}) does not stop: it will recover at its next start", pid);
    if (!ends(pid, "QUIT", FORCED_SECONDS, alive) && !ends(pid, "KILL", FORCED_SECONDS, alive)) {
      log.error("PostgreSQL (pid {}) survives SIGKILL: is its disk hanging?", pid);
    }
  }

  private static boolean ends(long pid, String signal, long seconds, BooleanSupplier alive) {
    try {
      if (alive.getAsBoolean()) {
        // The shell's own kill: a minimal system has no /bin/kill.
        Commands.run(List.of("sh", "-c", "kill -" + signal + " " + pid));
      }
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      while (alive.getAsBoolean()) {
        if (System.nanoTime() > deadline) {
          return false;
        }
        Thread.sleep(POLL_MS);
      }
      return true;
    } catch (IOException | EmbeddedPostgresException e) {
      log.warn("cannot send SIG{} to PostgreSQL (pid {}): {}", signal, pid, e.toString());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
