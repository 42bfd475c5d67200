// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.TestDatabase;
import java.util.List;

/** {@code time_bucket} gives the same in every tier, of TimescaleDB or of schema {@code prom}. */
class TimeBucketIT {
  @EachTier
  void buckets_start_where_those_of_timescaledb_do(TestDatabase db) throws Exception {
    TestAggregator.start(db).close();
    List<List<String>> cases =
        List.of(
            List.of("5 minutes", "2026-01-10 00:07:11.5+00", "2026-01-10 00:05:00"),
            List.of("5 minutes", "2026-01-10 00:05:00+00", "2026-01-10 00:05:00"),
            List.of("7 minutes", "2026-01-10 00:07:11+00", "2026-01-10 00:03:00"),
            List.of("1 day", "2026-01-10 23:59:59+00", "2026-01-10 00:00:00"),
            List.of("1 week", "2026-01-10 12:00:00+00", "2026-01-05 00:00:00"),
            List.of("1 month", "2026-03-31 12:00:00+00", "2026-03-01 00:00:00"),
            List.of("3 months", "2026-03-31 12:00:00+00", "2026-01-01 00:00:00"),
            List.of("1 year", "2026-03-31 12:00:00+00", "2026-01-01 00:00:00"),
            List.of("1 hour", "1999-12-31 23:30:00+00", "1999-12-31 23:00:00"),
            List.of("1 month", "1999-12-31 23:30:00+00", "1999-12-01 00:00:00"));
    for (List<String> each : cases) {
      assertEquals(
          each.get(2),
          db.value(
              "SELECT (time_bucket('%s', timestamptz '%s') AT TIME ZONE 'UTC')::text"
                  .formatted(each.get(0), each.get(1))),
          each.toString());
    }
  }
}
