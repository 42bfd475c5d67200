// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.postgres.columnar.SmallBatches.Window;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Which windows of an open chunk are merged. */
class SmallBatchesTest {
  private static final Duration WIDTH = Duration.ofMinutes(5);
  private static final Instant START = Instant.parse("2026-11-28T12:00:00Z");

  private static boolean due(int batches, long rows, double layers, int newestSecond) {
    return new Window(7, START, batches, rows, layers, START.plusSeconds(newestSecond), "")
        .isDue(WIDTH);
  }

  @Test
  void a_window_of_twenty_scrapes_is_due_once_the_node_has_newer_samples() {
    assertTrue(due(20, 14_000, 20, 330));
    assertFalse(due(20, 14_000, 20, 299), "it is still being filled");
    assertFalse(due(20, 14_000, 20, 310), "samples of other requests may be on their way");
  }

  @Test
  void scrapes_cut_into_batches_by_size_are_due_alike() {
    assertTrue(due(60, 14_000, 20, 330));
  }

  @Test
  void few_late_scrapes_are_left_to_the_close_of_the_chunk() {
    assertFalse(due(9, 2_100, 3, 3600));
    assertTrue(due(12, 2_800, 3.98, 3600), "four scrapes, each cut into three batches");
  }

  @Test
  void merged_batches_that_span_little_time_are_not_merged_again() {
    assertFalse(due(14, 14_000, 1.1, 3600));
    assertFalse(due(56, 14_000, 1.1, 3600));
  }

  @Test
  void many_batches_of_one_sample_each_are_due_although_they_do_not_overlap() {
    assertTrue(due(14_000, 14_000, 0.001, 330));
    assertTrue(due(20, 20, 0.001, 330));
    assertFalse(due(4, 4_000, 0.9, 330));
  }
}
