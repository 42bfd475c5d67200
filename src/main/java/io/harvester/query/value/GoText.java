// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Texts as Go prints them; clients see them in labels and messages. */
public final class GoText {
  private GoText() {}

  /** A text in double quotes with escapes ({@code %q}). */
  public static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2);
    quote(text, out);
    return out.toString();
  }

  /** Appends a text in double quotes with escapes. */
  public static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      appendEscaped(c, out);
    }
    out.append('"');
  }

  private static void appendEscaped(int c, StringBuilder out) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case 0x07 -> out.append("\\a");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case 0x0b -> out.append("\\v");
      default -> {
        if (isPrintable(c)) {
          out.appendCodePoint(c);
        } else if (c < 0x80 || (c >= 0xdc80 && c <= 0xdcff)) { // a byte that is not UTF-8
          out.append(String.format(Locale.ROOT, "\\x%02x", c & 0xff));
        } else if (c < 0x10000) {
          out.append(String.format(Locale.ROOT, "\\u%04x", c));
        } else {
          out.append(String.format(Locale.ROOT, "\\U%08x", c));
        }
      }
    }
  }

  private static boolean isPrintable(int c) {
    if (c >= ' ' && c < 0x7f) {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** A number as {@code %v} and {@code %g} print it. */
  public static String number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
      return decimal(value);
    }
    BigDecimal shortest = shortest(value);
    int exponent = shortest.precision() - shortest.scale() - 1;
    int digits = shortest.precision();
    if (exponent >= -4 && exponent < 6) {
      return decimal(value);
    }
    String unscaled = shortest.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + unscaled.charAt(0)
        + (digits > 1 ? "." + unscaled.substring(1) : "")
        + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /** A number without an exponent and with as few digits as identify it. */
  public static String decimal(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    return shortest(value).toPlainString();
  }

  /** {@link Double#toString} of Java 17 sometimes has a digit more than needed. */
  private static BigDecimal shortest(double value) {
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    BigDecimal exact = new BigDecimal(value);
    for (int precision = digits.precision() - 1; precision > 0; precision--) {
      BigDecimal fewer = exact.round(new MathContext(precision));
      if (fewer.doubleValue() != value) {
        break;
      }
      digits = fewer.stripTrailingZeros();
    }
    return digits;
  }

  /**
   * The number that a text stands for.
   *
   * @throws NumberFormatException if it stands for none, or for a finite one that is too large
   */
  public static double parse(String text) {
    switch (text.toLowerCase(Locale.ROOT)) {
      case "inf", "+inf", "infinity", "+infinity" -> {
        return Double.POSITIVE_INFINITY;
      }
      case "-inf", "-infinity" -> {
        return Double.NEGATIVE_INFINITY;
      }
      case "nan" -> {
        return Double.NaN;
      }
      default -> {
        char last = text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
        boolean plain = last == '.' || (last >= '0' && last <= '9') || isHexDigit(text, last);
        double value = plain && text.charAt(0) > ' ' ? Double.parseDouble(text) : Double.NaN;
        if (Double.isNaN(value) || Double.isInfinite(value)) {
          throw new NumberFormatException(text);
        }
        return value;
      }
    }
  }

  private static boolean isHexDigit(String text, char c) {
    return text.length() > 2 && text.charAt(1) == 'x' && Character.digit(c, 16) >= 0;
  }

  /** Compares two texts by their bytes in UTF-8, that is, by their code points. */
  public static int compare(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char l = left.charAt(i);
      char r = right.charAt(i);
      if (l != r) {
        boolean surrogates = Character.isSurrogate(l) || Character.isSurrogate(r);
        return surrogates
            ? Boolean.compare(Character.isSurrogate(l), Character.isSurrogate(r)) * 0x10000 + l - r
            : l - r;
      }
    }
    return left.length() - right.length();
  }
}
