// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.text;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Numbers as Go prints them (strconv, FormatFloat): with the fewest digits that read back as the
 * same number. Double.toString of JDK 17 sometimes has a digit too many.
 */
public final class GoNumber {
  private static final double MAX_WHOLE = 1e15;

  private GoNumber() {}

  /** The digits of a positive number, which is 0.digits times 10 to the power of the magnitude. */
  private record Decimal(String digits, int magnitude) {}

  /** As {@code %g} and {@code %v}: with an exponent below 1e-4 and from 1e6. */
  public static String general(double value) {
    StringBuilder out = new StringBuilder();
    double absolute = Math.abs(value);
    if (absolute == 0 || (absolute >= 1e-4 && absolute < 1e6) || !Double.isFinite(value)) {
      appendPlain(value, out);
    } else {
      appendScientific(value, out);
    }
    return out.toString();
  }

  /** As {@code %f} with as many digits as needed: without an exponent. */
  public static String decimal(double value) {
    StringBuilder out = new StringBuilder();
    appendPlain(value, out);
    return out.toString();
  }

  /** As {@code %.nf}: with as many decimals. */
  public static String fixed(double value, int decimals) {
    return Double.isFinite(value)
        ? new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString()
        : decimal(value);
  }

  /** As in the JSON of Prometheus (util/jsonutil): with an exponent below 1e-6 and from 1e21. */
  public static void appendJson(double value, StringBuilder out) {
    double absolute = Math.abs(value);
    if (absolute == 0 || (absolute >= 1e-6 && absolute < 1e21) || !Double.isFinite(value)) {
      appendPlain(value, out);
    } else {
      appendScientific(value, out);
    }
  }

  private static void appendPlain(double value, StringBuilder out) {
    if (Double.isNaN(value)) {
      out.append("NaN");
    } else if (Double.isInfinite(value)) {
      out.append(value > 0 ? "+Inf" : "-Inf");
    } else if (value == (long) value && Math.abs(value) < MAX_WHOLE) {
      out.append(value == 0 && 1 / value < 0 ? "-" : "").append((long) value);
    } else {
      out.append(value < 0 ? "-" : "");
      Decimal shortest = shortest(Math.abs(value));
      String digits = shortest.digits();
      int magnitude = shortest.magnitude();
      if (magnitude <= 0) {
        out.append("0.").append("0".repeat(-magnitude)).append(digits);
      } else if (digits.length() <= magnitude) {
        out.append(digits).append("0".repeat(magnitude - digits.length()));
      } else {
        out.append(digits, 0, magnitude).append('.').append(digits, magnitude, digits.length());
      }
    }
  }

  private static void appendScientific(double value, StringBuilder out) {
    Decimal shortest = shortest(Math.abs(value));
    String digits = shortest.digits();
    int exponent = shortest.magnitude() - 1;
    out.append(value < 0 ? "-" : "").append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    int size = Math.abs(exponent);
    out.append(exponent < 0 ? "e-" : "e+").append(size < 10 ? "0" : "").append(size);
  }

  private static Decimal shortest(double positive) {
    if (positive < Double.MIN_NORMAL) {
      // Java writes at least two digits, such as 4.9E-324, also where one identifies the number.
      BigDecimal one = new BigDecimal(positive).round(new MathContext(1));
      if (one.doubleValue() == positive) {
        return decimal(one.unscaledValue().toString(), -one.scale());
      }
    }
    String text = DoubleToDecimal.toString(positive);
    int e = text.indexOf('E');
    int point = text.indexOf('.');
    int exponent = e < 0 ? 0 : Integer.parseInt(text.substring(e + 1));
    String fraction = text.substring(point + 1, e < 0 ? text.length() : e);
    return decimal(text.substring(0, point) + fraction, exponent - fraction.length());
  }

  /** The number that is these digits times 10 to the power of the exponent. */
  private static Decimal decimal(String padded, int exponent) {
    int start = 0;
    while (padded.charAt(start) == '0') {
      start++;
    }
    int end = padded.length();
    while (padded.charAt(end - 1) == '0') {
      end--;
    }
    return new Decimal(padded.substring(start, end), padded.length() - start + exponent);
  }

  /**
   * The number that a text stands for (strconv.ParseFloat).
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
}
