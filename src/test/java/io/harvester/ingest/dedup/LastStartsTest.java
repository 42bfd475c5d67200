// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.dedup;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LastStartsTest {
  private final LastStarts starts = new LastStarts();

  @Test
  void a_start_is_new_until_it_is_the_last_one() {
    assertTrue(starts.isNew(7, 1000));
    assertFalse(starts.isNew(7, 1000));
    assertTrue(starts.isNew(7, 2000));
    assertTrue(starts.isNew(7, 1000));
  }

  @Test
  void every_series_has_its_own() {
    for (long series = 1; series <= 10_000; series++) {
      assertTrue(starts.isNew(series, series + 5));
    }
    for (long series = 1; series <= 10_000; series++) {
      assertFalse(starts.isNew(series, series + 5));
    }
  }

  @Test
  void what_is_forgotten_is_new() {
    assertTrue(starts.isNew(7, 1000));
    starts.clear();
    assertTrue(starts.isNew(7, 1000));
  }
}
