// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.wire.DataKind;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a sender is told, and what the log gets. */
class RejectionsTest {
  private final Rejections rejections = new Rejections();

  @Test
  void the_message_counts_and_names_the_first_offenders() {
    for (int i = 0; i < 5; i++) {
      rejections.add(DataKind.SAMPLES, "n", "m", "no metric name", "series " + i, 0, 2);
    }
    rejections.add(DataKind.SAMPLES, "n", "m", "too old", "series 9", 0, 1);
    assertEquals(
        "not stored: 3 × another value is stored for this timestamp, 10 × no metric name,"
            + " 1 × too old (first: series 0; series 1; series 2);"
            + " everything else in the request is stored",
        rejections.message(3));
    assertEquals(
        Map.of("no metric name", 10L, "too old", 1L), rejections.byReason(DataKind.SAMPLES));
    assertEquals(11, rejections.count(DataKind.SAMPLES));
  }

  @Test
  void the_message_is_short_whatever_the_names() {
    for (int i = 0; i < 3; i++) {
      rejections.add(DataKind.SAMPLES, "n", "m", "too old", "x".repeat(100_000), 0, 1);
    }
    String message = rejections.message(0);
    assertTrue(message.length() <= 1001);
    assertTrue(message.endsWith("everything else in the request is stored"), message);
  }

  @Test
  void culprits_are_bounded_and_counts_are_not() {
    for (int i = 0; i < 1000; i++) {
      rejections.add(DataKind.SAMPLES, "n", "m" + i, "too old", "", 0, 1);
      rejections.add(DataKind.SAMPLES, "n", "m0", "too old", "", 0, 1);
    }
    assertEquals(100, rejections.culprits().size());
    assertEquals(1001, rejections.culprits().get(0).samples());
    assertEquals(2000, rejections.count(DataKind.SAMPLES));
  }
}
