package io.harvester.testing;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what happens in the background. */
public final class Eventually {
  private Eventually() {}

  /** Waits until a condition holds; fails with its description if it does not get there. */
  public static void until(String what, Duration patience, Callable<Boolean> condition)
      throws Exception {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + patience + ": " + what);
      }
      Thread.sleep(20);
    }
  }

  /** Waits half a minute at most. */
  public static void until(String what, Callable<Boolean> condition) throws Exception {
    until(what, Duration.ofSeconds(30), condition);
  }
}
