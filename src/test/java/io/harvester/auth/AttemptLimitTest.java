// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AttemptLimitTest {
  private long nanos = 1_000_000_000_000L;
  private final AttemptLimit attempts = new AttemptLimit(3, Duration.ofMinutes(1), () -> nanos);

  @Test
  void an_address_waits_until_the_window_of_its_first_failure_ends() {
    for (int i = 0; i < 3; i++) {
      assertEquals(0, attempts.secondsToWait("a"));
      attempts.failed("a");
      nanos += 10_000_000_000L;
    }
    assertEquals(31, attempts.secondsToWait("a"));
    assertEquals(0, attempts.secondsToWait("b"));
    attempts.failed("a");
    nanos += 30_000_000_000L;
    assertEquals(0, attempts.secondsToWait("a"));
  }

  @Test
  void a_million_addresses_do_not_fill_memory() {
    for (int i = 0; i < 1_000_000; i++) {
      attempts.failed("address " + i);
    }
    assertTrue(attempts.size() <= 10_000, attempts.size() + " addresses");
    for (int i = 0; i < 3; i++) {
      attempts.failed("back again");
    }
    assertEquals(61, attempts.secondsToWait("back again"));
  }
}
