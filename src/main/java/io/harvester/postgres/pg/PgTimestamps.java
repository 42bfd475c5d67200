// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Conversions between milliseconds since 1970 and PostgreSQL's {@code timestamptz}, which is sent
 * in binary form as microseconds since 2000-01-01 UTC.
 */
public final class PgTimestamps {
  /** Microseconds from 1970 to 2000. */
  private static final long EPOCH_MICROS = 946_684_800_000_000L;

  private PgTimestamps() {}

  /** Converts milliseconds since 1970 to the binary form. */
  public static long toBinary(long millis) {
    return millis * 1000 - EPOCH_MICROS;
  }

  /** Converts the binary form to milliseconds since 1970, rounded down. */
  public static long toMillis(long binary) {
    return Math.floorDiv(binary + EPOCH_MICROS, 1000);
  }

  /** Converts milliseconds since 1970 to the type that pgjdbc binds as {@code timestamptz}. */
  public static OffsetDateTime utc(long millis) {
    return utc(Instant.ofEpochMilli(millis));
  }

  /** Converts an instant to the type that pgjdbc binds as {@code timestamptz}. */
  public static OffsetDateTime utc(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
