package io.harvester.ingest;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What of the metadata that comes with every request is to be stored. */
class SeenMetadataTest {
  private static final long MINUTE = 60_000_000_000L;

  private final SeenMetadata seen = new SeenMetadata();

  @Test
  void the_same_content_is_stored_once() {
    assertTrue(seen.isNew(7, 1, 0));
    assertFalse(seen.isNew(7, 1, 10 * MINUTE));
  }

  @Test
  void other_content_is_stored_a_minute_later() {
    assertTrue(seen.isNew(7, 1, 5));
    assertFalse(seen.isNew(7, 2, 4 + MINUTE));
    assertTrue(seen.isNew(7, 2, 5 + MINUTE));
    assertFalse(seen.isNew(7, 1, 6 + MINUTE));
  }

  @Test
  void hashes_that_meet_in_one_place_and_zero_are_told_apart() {
    for (long name = 0; name < 50_000; name++) {
      assertTrue(seen.isNew(name << 20, name, 0), "metric " + name);
    }
    for (long name = 0; name < 50_000; name++) {
      assertFalse(seen.isNew(name << 20, name, 0), "metric " + name);
    }
  }

  @Test
  void beyond_its_bound_it_starts_again() {
    for (long name = 1; name <= 100_000; name++) {
      seen.isNew(name, 0, 0);
    }
    assertFalse(seen.isNew(3, 0, 0));
    assertTrue(seen.isNew(100_001, 0, 0));
    assertTrue(seen.isNew(3, 0, 0));
  }

  @Test
  void what_is_forgotten_is_stored_again() {
    assertTrue(seen.isNew(7, 1, 0));
    seen.clear();
    assertTrue(seen.isNew(7, 1, 0));
  }
}
