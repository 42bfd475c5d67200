// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.json;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;

/**
 * Numbers as Go writes them in JSON: the shortest decimal that reads back as the same number, with
 * an exponent below 1e-6 and from 1e21 (util/jsonutil/marshal.go). Double.toString of JDK 17 is not
 * always the shortest.
 */
public final class FloatText {
  private static final double MAX_WHOLE = 1e15;

  private FloatText() {}

  /** Appends a number. */
  public static void append(double value, StringBuilder out) {
    if (value == (long) value && Math.abs(value) < MAX_WHOLE) {
      if (value == 0 && 1 / value < 0) {
        out.append('-');
      }
      out.append((long) value);
    } else if (Double.isNaN(value)) {
      out.append("NaN");
    } else if (Double.isInfinite(value)) {
      out.append(value > 0 ? "+Inf" : "-Inf");
    } else {
      appendDecimal(value, out);
    }
  }

  private static void appendDecimal(double value, StringBuilder out) {
    String text = DoubleToDecimal.toString(Math.abs(value));
    int e = text.indexOf('E');
    int point = text.indexOf('.');
    int exponent = (e < 0 ? 0 : Integer.parseInt(text.substring(e + 1))) + point;
    String digits = text.substring(0, point) + text.substring(point + 1, e < 0 ? text.length() : e);
    int start = 0;
    while (digits.charAt(start) == '0') {
      start++;
    }
    int end = digits.length();
    while (end > start + 1 && digits.charAt(end - 1) == '0') {
      end--;
    }
    if (value < 0) {
      out.append('-');
    }
    double absolute = Math.abs(value);
    int magnitude = exponent - start; // value = 0.significant * 10^magnitude
    String significant = shortest(digits.substring(start, end), magnitude, absolute);
    if (absolute < 1e-6 || absolute >= 1e21) {
      appendScientific(significant, magnitude - 1, out);
    } else {
      appendPlain(significant, magnitude, out);
    }
  }

  /** Java writes two digits also where one identifies the number, such as 4.9E-324. */
  private static String shortest(String digits, int magnitude, double absolute) {
    if (digits.length() != 2) {
      return digits;
    }
    char rounded = (char) (digits.charAt(0) + (digits.charAt(1) >= '5' ? 1 : 0));
    return rounded <= '9' && Double.parseDouble(rounded + "E" + (magnitude - 1)) == absolute
        ? String.valueOf(rounded)
        : digits;
  }

  private static void appendScientific(String digits, int exponent, StringBuilder out) {
    out.append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    out.append('e').append(exponent < 0 ? '-' : '+');
    int size = Math.abs(exponent);
    out.append(size < 10 ? "0" : "").append(size);
  }

  private static void appendPlain(String digits, int magnitude, StringBuilder out) {
    if (magnitude <= 0) {
      out.append("0.").append("0".repeat(-magnitude)).append(digits);
    } else if (digits.length() <= magnitude) {
      out.append(digits).append("0".repeat(magnitude - digits.length()));
    } else {
      out.append(digits, 0, magnitude).append('.').append(digits, magnitude, digits.length());
    }
  }
}
