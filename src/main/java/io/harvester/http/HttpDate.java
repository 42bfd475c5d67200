// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The value of the Date header field (RFC 9110, 5.6.7). An origin server with a clock must send it
 * (6.6.1); a harvester compares its own clock with it.
 */
final class HttpDate {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static volatile Formatted last = Formatted.of(0);

  private HttpDate() {}

  private record Formatted(long second, String text) {
    static Formatted of(long second) {
      return new Formatted(second, FORMAT.format(Instant.ofEpochSecond(second)));
    }
  }

  /** The current time. Formatted once a second. */
  static String now() {
    return at(System.currentTimeMillis() / 1000);
  }

  /** A time in seconds since the epoch. */
  static String at(long second) {
    Formatted formatted = last;
    if (formatted.second() != second) {
      formatted = Formatted.of(second);
      last = formatted;
    }
    return formatted.text();
  }
}
