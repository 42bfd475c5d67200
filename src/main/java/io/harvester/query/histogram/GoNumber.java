// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as {@code %g} of Go prints them: the fewest digits that give the same number. */
final class GoNumber {
  /** Exponents from -4 to 5 are printed as zeros. */
  private static final int MIN_PLAIN = -4;

  private static final int MAX_PLAIN = 5;

  /** With this many digits each number is exact. */
  private static final int MAX_DIGITS = 17;

  /** A decimal of at most this many digits reads back as the same digits. */
  private static final int SURE_DIGITS = 15;

  private GoNumber() {}

  static String print(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
    return value == 0 ? sign + "0" : sign + print(shortest(Math.abs(value)));
  }

  private static String print(BigDecimal shortest) {
    String digits = shortest.unscaledValue().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    if (exponent >= MIN_PLAIN && exponent <= MAX_PLAIN) {
      return shortest.toPlainString();
    }
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    int magnitude = Math.abs(exponent);
    return digits.charAt(0)
        + fraction
        + (exponent < 0 ? "e-" : "e+")
        + (magnitude < 10 ? "0" : "")
        + magnitude;
  }

  /** {@code Double.toString} prints a digit too many at times, up to Java 18. */
  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    int digits = value < Double.MIN_NORMAL ? 1 : SURE_DIGITS;
    while (true) {
      BigDecimal rounded = exact.round(new MathContext(digits));
      if (digits == MAX_DIGITS || rounded.doubleValue() == value) {
        return rounded.stripTrailingZeros();
      }
      digits++;
    }
  }
}
