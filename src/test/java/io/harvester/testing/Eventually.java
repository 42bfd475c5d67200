// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for work in the background. */
public final class Eventually {
  private Eventually() {}

  /** Waits until a condition holds; after the timeout, fails with its description. */
  public static void until(String description, Duration timeout, Callable<Boolean> condition)
      throws Exception {
    long end = System.nanoTime() + timeout.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + timeout + ": " + description);
      }
      Thread.sleep(20);
    }
  }

  /** Waits at most 30 s. */
  public static void until(String description, Callable<Boolean> condition) throws Exception {
    until(description, Duration.ofSeconds(30), condition);
  }
}
