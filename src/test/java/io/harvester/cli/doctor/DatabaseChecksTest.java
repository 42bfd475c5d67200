// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The forecast of {@code doctor}, without a database. */
class DatabaseChecksTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // 10 bytes a sample, 1,000 samples a second: 864 MB a day
        "10000000 | 1000000 | 1000 | 100000000000 | OK   | 10.0 MB in the database, about 864.0 MB more a day, 100.0 GB free",
        "10000000 | 1000000 | 1000 | 8640000000   | WARN | full in 10.0 days unless retention ends it before",
        "10000000 | 1000000 | 1000 | 864000000    | FAIL | full in 1.0 days",
        "10000000 | 1000000 | 1000 | -1           | OK   | its disk is on another machine",
        "9000     | 0       | 0    | 5            | OK   | 9.0 kB in the database, about 0 B more a day, 5 B free"
      })
  void the_disk_is_full_when_free_space_over_growth_says(
      long bytes, double samples, double perSecond, long free, String state, String text) {
    Finding found = DatabaseChecks.forecast(bytes, samples, perSecond, free);
    assertEquals(state, found.state().name());
    assertTrue(found.text().contains(text), found::text);
    assertEquals(state.equals("OK"), found.advice().isEmpty());
  }
}
