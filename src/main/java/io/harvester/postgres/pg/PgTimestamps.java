package io.harvester.postgres.pg;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Milliseconds since the epoch as pgjdbc takes a timestamptz. */
public final class PgTimestamps {
  private PgTimestamps() {}

  public static OffsetDateTime utc(long millis) {
    return utc(Instant.ofEpochMilli(millis));
  }

  public static OffsetDateTime utc(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
