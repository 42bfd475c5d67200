// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

/** Finds the end of a number or duration. What it accepts may still be no number. */
final class NumberScanner {
  private static final String DIGITS = "0123456789";
  private static final String HEX_DIGITS = "0123456789abcdefABCDEF";

  private NumberScanner() {}

  /** Reads a number; false: what was read is none. */
  static boolean scanNumber(Characters in) {
    boolean hex = in.accept('0') && in.acceptAny("xX");
    String digits = hex ? HEX_DIGITS : DIGITS;
    if (hex) {
      in.accept('_');
    }
    in.accept('.');
    in.acceptAny(digits);
    return scanRest(in, digits, hex) && !isWordNext(in);
  }

  private static boolean scanRest(Characters in, String digits, boolean hex) {
    boolean dot = false;
    boolean exponent = false;
    while (in.isNextOf(digits + "._eE")) {
      if (in.accept('.')) {
        if (dot || in.acceptAny("_.") || hex) {
          return false;
        }
        dot = true;
      } else if (in.acceptAny("eE")) {
        if (exponent) {
          return false;
        }
        exponent = true;
        in.acceptAny("+-");
        if (isCutShort(in)) {
          return false;
        }
      } else if (in.accept('_')) {
        if (isCutShort(in)) {
          return false;
        }
      } else {
        in.acceptAny(digits);
      }
    }
    return true;
  }

  private static boolean isCutShort(Characters in) {
    return in.acceptAny("._eE") || in.peek() == Characters.EOF;
  }

  private static boolean isWordNext(Characters in) {
    return Characters.isLetter(in.peek()) || Characters.isDigit(in.peek());
  }

  /** Reads on after the first digits of a duration, such as {@code h30m}. */
  static boolean scanRestOfDuration(Characters in) {
    if (!in.acceptAny("smhdwy")) {
      return false;
    }
    in.accept('s');
    while (in.acceptAny(DIGITS)) {
      while (in.acceptAny(DIGITS)) {
        // The whole number.
      }
      // A year can only come first.
      if (!in.acceptAny("smhdw")) {
        return false;
      }
      in.accept('s');
    }
    // Prometheus shows the character that does not fit, too.
    boolean fits = !isWordNext(in);
    if (!fits) {
      in.next();
    }
    return fits;
  }
}
