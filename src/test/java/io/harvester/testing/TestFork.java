// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.nio.file.Path;

/** Which of the processes this is that run tests at the same time; each has servers of its own. */
public final class TestFork {
  private TestFork() {}

  /** Counted from 1. */
  static String number() {
    return System.getProperty("harvester.test.fork", "fork-1").substring("fork-".length());
  }

  /** A folder below {@code target} that no other process uses. */
  public static Path folder(String name) {
    return Path.of("target", name + "-" + number());
  }
}
