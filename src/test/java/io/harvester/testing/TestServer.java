package io.harvester.testing;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.opentest4j.TestAbortedException;

/** A database server that tests may use, and mistreat if we started it. */
public interface TestServer extends AutoCloseable {
  /** How long a start may take, the recovery after a kill included. */
  Duration TIMEOUT = Duration.ofSeconds(90);

  /** What it is, for reports. */
  String description();

  /** The server as a role that may make databases and, better, roles and extensions. */
  TestDatabaseUrl superuser();

  /** Stops it in order. Aborts the test if the server is not ours. */
  default void stop() throws Exception {
    throw notOurs();
  }

  /**
   * SIGKILL to the server. It may come back by itself: {@link #start} is what brings it back in any
   * case. Aborts the test if the server is not ours.
   */
  default void kill9() throws Exception {
    throw notOurs();
  }

  /** Brings it back, unless it runs, and waits until it takes connections, on the same URL. */
  default void start() throws Exception {
    awaitConnections();
  }

  /** Called once, when all tests are over. */
  @Override
  default void close() {}

  /** Waits until the server takes connections. */
  default void awaitConnections() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        superuser().value("SELECT 1");
        return;
      } catch (SQLException e) {
        if (System.nanoTime() > deadline) {
          throw new IOException(description() + " does not come back", e);
        }
        Thread.sleep(100);
      }
    }
  }

  private TestAbortedException notOurs() {
    return new TestAbortedException(description() + " was not started by us: not ours to stop");
  }
}
