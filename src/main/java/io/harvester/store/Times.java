package io.harvester.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Milliseconds since the epoch as pgjdbc takes a timestamptz. */
final class Times {
  private Times() {}

  static OffsetDateTime utc(long millis) {
    return utc(Instant.ofEpochMilli(millis));
  }

  static OffsetDateTime utc(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
