// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.text;

import java.math.BigInteger;

/**
 * The shortest decimal that reads back as a double, and of those the nearest: Raffaello Giulietti,
 * "The Schubfach way to render doubles" (2021), as in {@code Double.toString} since JDK 19. A third
 * of the time of an answer went into Jackson's version, which makes texts and does not multiply
 * with {@link Math#multiplyHigh}, an instruction of the processor.
 */
final class ShortestDecimal {
  private static final int FRACTION_BITS = 52;
  private static final long HIDDEN_BIT = 1L << FRACTION_BITS;
  private static final int MIN_EXPONENT = -1074;
  private static final int MAX_EXPONENT = 971;
  private static final long MASK_63 = (1L << 63) - 1;
  private static final int MIN_POWER = flog10pow2(MIN_EXPONENT);
  private static final int MAX_POWER = flog10pow2(MAX_EXPONENT);

  /** {@code floor(10^-k * 2^-r) + 1} of each power k, 126 bits in two parts of 63. */
  private static final long[] HIGH = new long[MAX_POWER - MIN_POWER + 1];

  private static final long[] LOW = new long[MAX_POWER - MIN_POWER + 1];

  static {
    for (int k = MIN_POWER; k <= MAX_POWER; k++) {
      int shift = flog2pow10(-k) - 125;
      BigInteger g =
          k <= 0
              ? shifted(BigInteger.TEN.pow(-k), -shift)
              : BigInteger.ONE.shiftLeft(-shift).divide(BigInteger.TEN.pow(k));
      g = g.add(BigInteger.ONE);
      HIGH[k - MIN_POWER] = g.shiftRight(63).longValueExact();
      LOW[k - MIN_POWER] = g.longValue() & MASK_63;
    }
  }

  private long digits;
  private int exponent;

  private static BigInteger shifted(BigInteger value, int left) {
    return left >= 0 ? value.shiftLeft(left) : value.shiftRight(-left);
  }

  /** The digits as a number, without zeros at its end: the double is this times 10 to a power. */
  long digits() {
    return digits;
  }

  /** The power of 10 by which the digits are multiplied. */
  int exponent() {
    return exponent;
  }

  /** Computes the decimal of a finite positive double. */
  void set(double positive) {
    long bits = Double.doubleToRawLongBits(positive);
    long fraction = bits & (HIDDEN_BIT - 1);
    int biased = (int) (bits >>> FRACTION_BITS);
    if (biased == 0) {
      compute(MIN_EXPONENT, fraction);
    } else {
      compute(MIN_EXPONENT - 1 + biased, HIDDEN_BIT | fraction);
    }
    while (digits % 100 == 0) {
      digits /= 100;
      exponent += 2;
    }
    if (digits % 10 == 0) {
      digits /= 10;
      exponent++;
    }
  }

  /**
   * The double is c * 2^q. The interval of the decimals that round to it is cut at powers of 10.
   */
  private void compute(int q, long c) {
    long odd = c & 1;
    long cb = c << 2;
    boolean regular = c != HIDDEN_BIT || q == MIN_EXPONENT;
    int k = regular ? flog10pow2(q) : flog10threeQuartersPow2(q);
    int h = q + flog2pow10(-k) + 2;
    long high = HIGH[k - MIN_POWER];
    long low = LOW[k - MIN_POWER];
    long vb = product(high, low, cb << h);
    long lower = product(high, low, (cb - (regular ? 2 : 1)) << h) + odd;
    long upper = product(high, low, (cb + 2) << h) - odd;
    long s = vb >> 2;
    if (s >= 10) {
      long down = s / 10 * 10;
      boolean downIn = lower <= down << 2;
      boolean upIn = (down + 10) << 2 <= upper;
      if (downIn != upIn) {
        digits = downIn ? down : down + 10;
        exponent = k;
        return;
      }
    }
    boolean downIn = lower <= s << 2;
    boolean upIn = (s + 1) << 2 <= upper;
    boolean down = downIn;
    if (downIn == upIn) {
      long half = vb - (((s << 1) + 1) << 1);
      down = half < 0 || (half == 0 && (s & 1) == 0);
    }
    digits = down ? s : s + 1;
    exponent = k;
  }

  /** The upper part of g * cp, rounded to odd. */
  private static long product(long high, long low, long cp) {
    long x1 = Math.multiplyHigh(low, cp);
    long y0 = high * cp;
    long y1 = Math.multiplyHigh(high, cp);
    long z = (y0 >>> 1) + x1;
    long w = y1 + (z >>> 63);
    return w | (((z & MASK_63) + MASK_63) >>> 63);
  }

  /** {@code floor(log10(2^e))}. */
  private static int flog10pow2(int e) {
    return (int) ((e * 661_971_961_083L) >> 41);
  }

  /** {@code floor(log10(3/4 * 2^e))}. */
  private static int flog10threeQuartersPow2(int e) {
    return (int) ((e * 661_971_961_083L - 274_743_187_321L) >> 41);
  }

  /** {@code floor(log2(10^e))}. */
  private static int flog2pow10(int e) {
    return (int) ((e * 913_124_641_741L) >> 38);
  }
}
