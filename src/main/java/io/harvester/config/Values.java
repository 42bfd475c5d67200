// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Parses the values of settings and options: durations, sizes, numbers and switches. Every method
 * throws {@link IllegalArgumentException} with a message that continues the name of the setting.
 */
public final class Values {
  /** A unit of durations. A year has 365 days, as in Prometheus. */
  private record Unit(String symbol, Duration length) {}

  private static final List<Unit> UNITS =
      List.of(
          new Unit("y", Duration.ofDays(365)),
          new Unit("w", Duration.ofDays(7)),
          new Unit("d", Duration.ofDays(1)),
          new Unit("h", Duration.ofHours(1)),
          new Unit("m", Duration.ofMinutes(1)),
          new Unit("s", Duration.ofSeconds(1)),
          new Unit("ms", Duration.ofMillis(1)));

  /** One optional group per unit; {@code (?=.)} rejects the empty text. */
  private static final Pattern DURATION =
      Pattern.compile(
          UNITS.stream()
              .map(unit -> "(?:(\\d+)" + unit.symbol() + ")?")
              .collect(Collectors.joining("", "(?=.)", "")));

  private static final Duration MAX_DURATION = Duration.ofDays(1000L * 365);
  private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*([kmg]i?b?|b)?");

  private Values() {}

  /**
   * Parses a duration in the format of Prometheus: {@code 30s}, {@code 1h30m}, {@code 1d12h}, or
   * {@code 0}. Units descend, and each occurs at most once.
   */
  public static Duration duration(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher m = DURATION.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "is not a duration such as 30s, 10m, 1h30m or 90d: " + text);
    }
    BigInteger millis = BigInteger.ZERO;
    for (int i = 0; i < UNITS.size(); i++) {
      if (m.group(i + 1) != null) {
        BigInteger unit = BigInteger.valueOf(UNITS.get(i).length().toMillis());
        millis = millis.add(new BigInteger(m.group(i + 1)).multiply(unit));
      }
    }
    if (millis.compareTo(BigInteger.valueOf(MAX_DURATION.toMillis())) > 0) {
      throw new IllegalArgumentException("must be at most 1000y, not " + text);
    }
    return Duration.ofMillis(millis.longValueExact());
  }

  static Duration duration(String text, String min) {
    Duration duration = duration(text);
    if (duration.compareTo(duration(min)) < 0) {
      throw new IllegalArgumentException("must be at least " + min + ", not " + text);
    }
    return duration;
  }

  /** Parses a size in bytes: {@code 512KiB}, {@code 32MiB}, or {@code 25%} of the heap. */
  static long bytes(String text) {
    if (text.endsWith("%")) {
      int percent = (int) number(text.substring(0, text.length() - 1), 1, 90);
      return Runtime.getRuntime().maxMemory() / 100 * percent;
    }
    Matcher m = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!m.matches()) {
      throw new IllegalArgumentException("is not a size such as 512KiB, 32MiB or 1GiB: " + text);
    }
    long n = number(m.group(1), 0, Long.MAX_VALUE);
    String unit = m.group(2) == null ? "b" : m.group(2);
    return switch (unit.charAt(0)) {
      case 'k' -> Math.multiplyExact(n, 1L << 10);
      case 'm' -> Math.multiplyExact(n, 1L << 20);
      case 'g' -> Math.multiplyExact(n, 1L << 30);
      default -> n;
    };
  }

  static long bytes(String text, long min, long max) {
    long n = bytes(text);
    if (n < min || n > max) {
      throw new IllegalArgumentException("must be from " + min + " to " + max + " bytes, not " + n);
    }
    return n;
  }

  /** Parses a whole number within bounds. */
  public static long number(String text, long min, long max) {
    long n;
    try {
      n = Long.parseLong(text.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("is not a number: " + text, e);
    }
    if (n < min || n > max) {
      throw new IllegalArgumentException("must be from " + min + " to " + max + ", not " + n);
    }
    return n;
  }

  /** A path such as {@code /harvester}, without a slash at its end; "" stays so. */
  static String basePath(String text) {
    if (!text.matches("(/[A-Za-z0-9._~-]+)*/?")) {
      throw new IllegalArgumentException(
          "is not a path such as /harvester, of letters, digits and . _ ~ -: " + text);
    }
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  /** A URL of HTTP without query, without a slash at its end. */
  static URI httpUrl(String text) {
    URI url = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    String scheme = String.valueOf(url.getScheme());
    if (!scheme.matches("(?i)https?") || url.getHost() == null || url.getRawQuery() != null) {
      throw new IllegalArgumentException("is not a URL such as http://127.0.0.1:8880: " + text);
    }
    return url;
  }

  /** The name of an HTTP header field, or "". */
  static String headerName(String text) {
    if (!text.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]*")
        || text.matches("(?i)authorization|cookie|host|origin")) {
      throw new IllegalArgumentException(
          "is not the name of a header such as X-Remote-User: " + text);
    }
    return text;
  }

  static boolean flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "1" -> true;
      case "false", "no", "0" -> false;
      default -> throw new IllegalArgumentException("must be true or false, not " + text);
    };
  }
}
