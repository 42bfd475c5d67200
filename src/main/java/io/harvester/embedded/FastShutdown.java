// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops a server: by a fast shutdown (sessions end, checkpoint), or by force if it hangs. */
final class FastShutdown {
  private static final Logger LOG = LoggerFactory.getLogger(FastShutdown.class);
  private static final long FAST_TIMEOUT_SECONDS = 60;
  private static final long FORCED_TIMEOUT_SECONDS = 5;
  private static final long POLL_MS = 10;

  private FastShutdown() {}

  /** Stops a process and waits; {@code alive} returns whether it still runs. */
  static void of(long pid, BooleanSupplier alive) {
    if (ends(pid, "INT", FAST_TIMEOUT_SECONDS, alive)) {
      return;
    }
    LOG.warn(
        "PostgreSQL (pid {}) has not stopped after {} s: killing it; its next start recovers",
        pid,
        FAST_TIMEOUT_SECONDS);
    if (!ends(pid, "QUIT", FORCED_TIMEOUT_SECONDS, alive)
        && !ends(pid, "KILL", FORCED_TIMEOUT_SECONDS, alive)) {
      LOG.error("PostgreSQL (pid {}) does not end on SIGKILL: check its disk", pid);
    }
  }

  private static boolean ends(long pid, String signal, long seconds, BooleanSupplier alive) {
    try {
      if (alive.getAsBoolean()) {
        // The kill of the shell: a minimal system has no /bin/kill.
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
      LOG.warn("cannot send SIG{} to PostgreSQL (pid {}): {}", signal, pid, e.toString());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
