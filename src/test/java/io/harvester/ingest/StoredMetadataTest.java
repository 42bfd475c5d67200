// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Which of the metadata that comes with every request is to be stored. */
class StoredMetadataTest {
  private static final long MINUTE = 60_000_000_000L;

  private final StoredMetadata stored = new StoredMetadata();

  @Test
  void metadata_is_due_until_it_is_stored() {
    assertTrue(stored.isDue(7, 1, 0));
    assertTrue(stored.isDue(7, 1, 1));
    stored.stored(7, 1, 1);
    assertFalse(stored.isDue(7, 1, 10 * MINUTE));
  }

  @Test
  void other_content_is_due_a_minute_later() {
    stored.stored(7, 1, 5);
    assertFalse(stored.isDue(7, 2, 4 + MINUTE));
    assertTrue(stored.isDue(7, 2, 5 + MINUTE));
    stored.stored(7, 2, 5 + MINUTE);
    assertFalse(stored.isDue(7, 1, 6 + MINUTE));
  }

  @Test
  void hashes_that_meet_in_one_place_and_zero_are_told_apart() {
    for (long name = 0; name < 50_000; name++) {
      assertTrue(stored.isDue(name << 20, name, 0), "metric " + name);
      stored.stored(name << 20, name, 0);
    }
    for (long name = 0; name < 50_000; name++) {
      assertFalse(stored.isDue(name << 20, name, 0), "metric " + name);
    }
  }

  @Test
  void beyond_its_bound_it_starts_again() {
    for (long name = 1; name <= 100_000; name++) {
      stored.stored(name, 0, 0);
    }
    assertFalse(stored.isDue(3, 0, 0));
    stored.stored(100_001, 0, 0);
    assertTrue(stored.isDue(3, 0, 0));
    assertFalse(stored.isDue(100_001, 0, 0));
  }

  @Test
  void readers_beside_a_writer_never_take_unstored_metadata_for_stored() throws Exception {
    Thread writer =
        new Thread(
            () -> {
              for (long name = 1; name <= 20_000; name++) {
                stored.stored(name, name * 31, 0);
              }
            });
    writer.start();
    while (writer.isAlive()) {
      for (long name = 1; name <= 20_000; name += 97) {
        assertTrue(stored.isDue(name, name * 31 + 1, MINUTE), "other content of metric " + name);
        assertTrue(stored.isDue(name + 1_000_000, name * 31, MINUTE), "metric never stored");
      }
    }
    writer.join();
    for (long name = 1; name <= 20_000; name++) {
      assertFalse(stored.isDue(name, name * 31, MINUTE), "metric " + name);
    }
  }
}
