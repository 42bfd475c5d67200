// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.series.SeriesId;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Cached ids are dropped if the database is another one, or an older state of it. */
class InstallationGuardTest {
  private static final UUID A = new UUID(0, 1);
  private static final UUID B = new UUID(0, 2);

  private final AtomicInteger forgotten = new AtomicInteger();
  private final InstallationGuard guard = new InstallationGuard(forgotten::incrementAndGet);

  @Test
  void the_same_database_with_the_newest_series_drops_nothing() {
    guard.check(A, true);
    guard.seen(10);
    guard.check(A, true);
    guard.check(A, true);
    assertEquals(0, forgotten.get());
  }

  @Test
  void another_database_drops_all_ids_once() {
    guard.check(A, true);
    guard.check(B, true);
    guard.check(B, true);
    assertEquals(1, forgotten.get());
  }

  @Test
  void an_older_state_of_the_same_database_drops_all_ids() {
    guard.check(A, true);
    guard.seen(10);
    guard.check(A, false);
    assertEquals(1, forgotten.get());
    assertTrue(guard.query().contains("true"), guard.query());
  }

  @Test
  void the_newest_series_is_that_of_the_highest_sequence_number() {
    assertTrue(guard.query().contains("true"), guard.query());
    long newest = SeriesId.first(3) | 12;
    guard.seen(SeriesId.first(4) | 11);
    guard.seen(newest);
    guard.seen(SeriesId.first(5) | 10);
    assertTrue(guard.query().contains("series_id = " + newest + ")"), guard.query());
  }
}
