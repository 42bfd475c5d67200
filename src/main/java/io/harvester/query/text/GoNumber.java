// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.text;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Numbers as Go prints them (strconv, FormatFloat): with the fewest digits that read back as the
 * same number. Double.toString of JDK 17 sometimes has a digit too many.
 */
public final class GoNumber {
  /** No number is longer: 5e-324 without an exponent has 326 characters. */
  public static final int MAX_LENGTH = 344;

  private static final double MAX_WHOLE = 1e15;
  private static final int LONG_DIGITS = 19;

  private GoNumber() {}

  /** As {@code %g} and {@code %v}: with an exponent below 1e-4 and from 1e6. */
  public static String general(double value) {
    return text(value, 1e-4, 1e6);
  }

  /** As {@code %f} with as many digits as needed: without an exponent. */
  public static String decimal(double value) {
    return text(value, 0, Double.POSITIVE_INFINITY);
  }

  /** As {@code %.nf}: with as many decimals. */
  public static String fixed(double value, int decimals) {
    return Double.isFinite(value)
        ? new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString()
        : decimal(value);
  }

  /**
   * As in the JSON of Prometheus (util/jsonutil): with an exponent below 1e-6 and from 1e21.
   *
   * @param to ASCII; at least {@link #MAX_LENGTH} bytes must be left
   * @return the index after the number
   */
  public static int putJson(double value, byte[] to, int at) {
    return put(value, 1e-6, 1e21, to, at);
  }

  private static String text(double value, double smallest, double limit) {
    byte[] text = new byte[MAX_LENGTH];
    return new String(text, 0, put(value, smallest, limit, text, 0), StandardCharsets.ISO_8859_1);
  }

  /** Without an exponent from the smallest number to below the limit. */
  private static int put(double value, double smallest, double limit, byte[] to, int at) {
    double absolute = Math.abs(value);
    int i = at;
    if (value < 0 || (value == 0 && 1 / value < 0)) {
      to[i++] = '-';
    }
    if (absolute == (long) absolute && absolute < MAX_WHOLE && absolute < limit) {
      return putWhole((long) absolute, to, i);
    } else if (!Double.isFinite(value)) {
      return putText(Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "Inf", to, i);
    }
    ShortestDecimal shortest = new ShortestDecimal();
    shortest.set(absolute);
    return absolute >= smallest && absolute < limit
        ? putPlain(shortest, to, i)
        : putScientific(shortest, to, i);
  }

  private static int putPlain(ShortestDecimal number, byte[] to, int at) {
    int exponent = number.exponent();
    if (exponent >= 0) {
      return putZeros(exponent, to, putWhole(number.digits(), to, at));
    }
    int size = digits(number.digits());
    if (size + exponent <= 0) {
      int i = putText("0.", to, at);
      return putWhole(number.digits(), to, putZeros(-size - exponent, to, i));
    }
    // The digits are written one place too far right; those before the point move left.
    int end = putWhole(number.digits(), to, at + 1);
    int point = at + size + exponent;
    System.arraycopy(to, at + 1, to, at, point - at);
    to[point] = '.';
    return end;
  }

  private static int putScientific(ShortestDecimal number, byte[] to, int at) {
    int size = digits(number.digits());
    int i = putWhole(number.digits(), to, at + 1);
    to[at] = to[at + 1];
    to[at + 1] = '.';
    i = size == 1 ? at + 1 : i;
    int exponent = number.exponent() + size - 1;
    to[i++] = 'e';
    to[i++] = (byte) (exponent < 0 ? '-' : '+');
    if (Math.abs(exponent) < 10) {
      to[i++] = '0';
    }
    return putWhole(Math.abs(exponent), to, i);
  }

  /**
   * A number without sign.
   *
   * @param to ASCII; at least 19 bytes must be left
   * @return the index after the number
   */
  public static int putWhole(long value, byte[] to, int at) {
    int end = at + digits(value);
    long rest = value;
    for (int i = end - 1; i >= at; i--) {
      long tenth = rest / 10;
      to[i] = (byte) ('0' + (rest - tenth * 10));
      rest = tenth;
    }
    return end;
  }

  private static int digits(long value) {
    long limit = 10;
    for (int size = 1; size < LONG_DIGITS; size++, limit *= 10) {
      if (value < limit) {
        return size;
      }
    }
    return LONG_DIGITS;
  }

  private static int putZeros(int count, byte[] to, int at) {
    Arrays.fill(to, at, at + count, (byte) '0');
    return at + count;
  }

  private static int putText(String ascii, byte[] to, int at) {
    for (int i = 0; i < ascii.length(); i++) {
      to[at + i] = (byte) ascii.charAt(i);
    }
    return at + ascii.length();
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
