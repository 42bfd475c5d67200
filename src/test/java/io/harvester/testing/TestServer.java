// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.opentest4j.TestAbortedException;

/** A database server for tests. Tests may stop and kill it only if the test run started it. */
public interface TestServer extends AutoCloseable {
  /** Longest duration of a start, including recovery after a kill. */
  Duration TIMEOUT = Duration.ofSeconds(90);

  /** A description for reports. */
  String description();

  /** The server as a role that may create databases, roles and extensions. */
  TestDatabaseUrl superuser();

  /** Shuts the server down. Aborts the test if the test run did not start it. */
  default void stop() throws Exception {
    throw notStartedHere();
  }

  /**
   * Sends SIGKILL to the server. Some servers restart by themselves; {@link #start} starts the
   * others. Aborts the test if the test run did not start the server.
   */
  default void kill9() throws Exception {
    throw notStartedHere();
  }

  /** Starts the server on the same URL unless it runs, and waits until it accepts connections. */
  default void start() throws Exception {
    awaitConnections();
  }

  /** Called once, after all tests. */
  @Override
  default void close() {}

  /** Waits until the server accepts connections. */
  default void awaitConnections() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        superuser().value("SELECT 1");
        return;
      } catch (SQLException e) {
        if (System.nanoTime() > deadline) {
          throw new IOException(description() + " accepts no connections within " + TIMEOUT, e);
        }
        Thread.sleep(100);
      }
    }
  }

  private TestAbortedException notStartedHere() {
    return new TestAbortedException(
        description() + " was not started by the test run and must not be stopped by it");
  }
}
