// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.text.GoText;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Reads and writes numbers and durations. */
final class Literals {
  private static final long MS = 1_000_000L;
  private static final double NANOS = 1e9;

  private record Unit(String name, long nanos) {}

  /** From the largest to the smallest, as a duration must name them. */
  private static final List<Unit> UNITS =
      List.of(
          new Unit("y", 365 * 86_400_000L * MS),
          new Unit("w", 7 * 86_400_000L * MS),
          new Unit("d", 86_400_000L * MS),
          new Unit("h", 3_600_000L * MS),
          new Unit("m", 60_000L * MS),
          new Unit("s", 1_000L * MS),
          new Unit("ms", MS));

  private Literals() {}

  /** A literal cannot be read; the message is a part of an error of the parser. */
  static final class BadLiteral extends Exception {
    private static final long serialVersionUID = 1L;

    BadLiteral(String message) {
      super(message);
    }
  }

  /** A number: decimal, hexadecimal or octal integer, float, Inf or NaN. */
  static double number(String text) throws BadLiteral {
    String word = text.toLowerCase(Locale.ROOT);
    if (word.equals("inf") || word.equals("nan")) {
      return word.equals("inf") ? Double.POSITIVE_INFINITY : Double.NaN;
    }
    OptionalLong integer = integer(text);
    if (integer.isPresent()) {
      return integer.getAsLong();
    }
    if (isHex(text) || !hasSeparatingUnderscores(text, 0)) {
      throw new BadLiteral(problem(text, "invalid syntax"));
    }
    return decimal(text);
  }

  private static boolean isHex(String text) {
    return text.length() > 1 && (text.charAt(1) == 'x' || text.charAt(1) == 'X');
  }

  /** A decimal, hexadecimal or, after a zero, octal integer of 63 bits. */
  private static OptionalLong integer(String text) {
    int prefix = isHex(text) ? 2 : 0;
    int base = prefix > 0 ? 16 : text.charAt(0) == '0' ? 8 : 10;
    if (!hasSeparatingUnderscores(text, prefix)) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text.substring(prefix).replace("_", ""), base));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Whether each underscore stands between digits, or between the prefix and a digit. */
  private static boolean hasSeparatingUnderscores(String text, int prefix) {
    for (int i = text.indexOf('_'); i >= 0; i = text.indexOf('_', i + 1)) {
      boolean after = i == prefix ? prefix > 0 : isDigit(text, i - 1, prefix > 0);
      if (!after || !isDigit(text, i + 1, prefix > 0)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(String text, int i, boolean hex) {
    return i < text.length() && Character.digit(text.charAt(i), hex ? 16 : 10) >= 0;
  }

  private static double decimal(String text) throws BadLiteral {
    double value;
    try {
      value = Double.parseDouble(text.replace("_", ""));
    } catch (NumberFormatException e) {
      throw new BadLiteral(problem(text, "invalid syntax"));
    }
    if (Double.isInfinite(value)) {
      throw new BadLiteral(problem(text, "value out of range"));
    }
    return value;
  }

  private static String problem(String text, String problem) {
    return "error parsing number: strconv.ParseFloat: parsing "
        + GoText.quote(text)
        + ": "
        + problem;
  }

  /** The seconds of a duration, such as {@code 1h30m}. */
  static double seconds(String text) throws BadLiteral {
    long nanos = 0;
    int next = 0;
    for (int i = 0; i < text.length(); ) {
      int unitStart = end(text, i, true);
      if (unitStart == i) {
        throw invalid(text);
      }
      int unitEnd = end(text, unitStart, false);
      Unit unit = unit(text.substring(unitStart, unitEnd), text);
      if (UNITS.indexOf(unit) < next) {
        throw invalid(text);
      }
      next = UNITS.indexOf(unit) + 1;
      nanos += nanos(text.substring(i, unitStart), unit, text);
      if (nanos < 0) {
        throw new BadLiteral("duration out of range");
      }
      i = unitEnd;
    }
    long wholeSeconds = nanos / 1_000_000_000L;
    return wholeSeconds + nanos % 1_000_000_000L / NANOS;
  }

  private static int end(String text, int start, boolean digits) {
    int i = start;
    while (i < text.length() && (text.charAt(i) >= '0' && text.charAt(i) <= '9') == digits) {
      i++;
    }
    return i;
  }

  private static Unit unit(String name, String text) throws BadLiteral {
    if (name.isEmpty()) {
      throw invalid(text);
    }
    for (Unit unit : UNITS) {
      if (unit.name.equals(name)) {
        return unit;
      }
    }
    throw new BadLiteral(
        "unknown unit " + GoText.quote(name) + " in duration " + GoText.quote(text));
  }

  private static long nanos(String digits, Unit unit, String text) throws BadLiteral {
    long count;
    try {
      count = Long.parseUnsignedLong(digits);
    } catch (NumberFormatException e) {
      throw invalid(text);
    }
    if (count < 0 || count > Long.MAX_VALUE / unit.nanos) {
      throw new BadLiteral("duration out of range");
    }
    return count * unit.nanos;
  }

  private static BadLiteral invalid(String text) {
    return new BadLiteral("not a valid duration string: " + GoText.quote(text));
  }

  /** A duration as it is written, such as {@code 1h30m}; parts of a ms are left out. */
  static String duration(long nanos) {
    long ms = nanos / MS;
    if (ms == 0) {
      return "0s";
    }
    StringBuilder out = new StringBuilder();
    for (Unit unit : UNITS) {
      long size = unit.nanos / MS;
      // Only whole years and weeks: 90d is easier to read than 12w6d.
      boolean skip = (unit.name.equals("y") || unit.name.equals("w")) && ms % size != 0;
      if (!skip && ms >= size) {
        out.append(ms / size).append(unit.name);
        ms %= size;
      }
    }
    return out.toString();
  }
}
