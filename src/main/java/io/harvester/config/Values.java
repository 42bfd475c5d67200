package io.harvester.config;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the values that settings may have: durations, sizes, numbers, switches. */
final class Values {
  private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h|d|w|y)");
  private static final Duration LONGEST = Duration.ofDays(1000L * 365);
  private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*([kmg]i?b?|b)?");

  private Values() {}

  static Duration duration(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher m = DURATION.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException("is not a duration such as 30s, 10m, 2h or 90d: " + text);
    }
    Duration unit =
        switch (m.group(2)) {
          case "ms" -> Duration.ofMillis(1);
          case "s" -> Duration.ofSeconds(1);
          case "m" -> Duration.ofMinutes(1);
          case "h" -> Duration.ofHours(1);
          case "d" -> Duration.ofDays(1);
          case "w" -> Duration.ofDays(7);
          default -> Duration.ofDays(365);
        };
    BigInteger millis = new BigInteger(m.group(1)).multiply(BigInteger.valueOf(unit.toMillis()));
    if (millis.compareTo(BigInteger.valueOf(LONGEST.toMillis())) > 0) {
      throw new IllegalArgumentException("must be at most 1000y, not " + text);
    }
    return Duration.ofMillis(millis.longValueExact());
  }

  static Duration duration(String text, Duration min) {
    Duration d = duration(text);
    if (d.compareTo(min) < 0) {
      throw new IllegalArgumentException("must be at least " + min.toSeconds() + "s, not " + text);
    }
    return d;
  }

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

  static long number(String text, long min, long max) {
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

  static boolean flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "1" -> true;
      case "false", "no", "0" -> false;
      default -> throw new IllegalArgumentException("must be true or false, not " + text);
    };
  }
}
