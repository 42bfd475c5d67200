// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
  void the_same_database_with_every_series_drops_nothing() {
    connect(A, 0);
    guard.seen(10);
    connect(A, 10);
    connect(A, 99);
    assertEquals(0, forgotten.get());
  }

  @Test
  void another_database_drops_all_ids_once() {
    connect(A, 5);
    connect(B, 500);
    connect(B, 500);
    assertEquals(1, forgotten.get());
  }

  @Test
  void an_older_state_of_the_same_database_drops_all_ids() {
    connect(A, 0);
    guard.seen(10);
    connect(A, 9);
    connect(A, 9);
    assertEquals(1, forgotten.get());
  }

  @Test
  void a_series_registered_while_a_connection_is_opened_drops_nothing() {
    connect(A, 0);
    long before = guard.highestSeries();
    guard.seen(7); // registered after the query of that connection was answered
    guard.check(A, 6, before);
    assertEquals(0, forgotten.get());
  }

  private void connect(UUID installation, long maxSeriesId) {
    guard.check(installation, maxSeriesId, guard.highestSeries());
  }
}
