// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** Equality of numbers up to errors of rounding. */
public final class Almost {
  private static final long STALE = 0x7ff0000000000002L;

  private Almost() {}

  /**
   * Whether two numbers differ by less than a part of the sum of their magnitudes. NaN equals NaN;
   * the stale marker equals only itself.
   */
  public static boolean equal(double a, double b, double epsilon) {
    if (isStale(a) || isStale(b)) {
      return isStale(a) && isStale(b);
    }
    if ((Double.isNaN(a) && Double.isNaN(b)) || a == b) {
      return true;
    }
    double magnitude = Math.abs(a) + Math.abs(b);
    double difference = Math.abs(a - b);
    if (a == 0 || b == 0 || magnitude < Double.MIN_NORMAL) {
      return difference < epsilon * Double.MIN_NORMAL;
    }
    return difference / Math.min(magnitude, Double.MAX_VALUE) < epsilon;
  }

  private static boolean isStale(double value) {
    return Double.doubleToRawLongBits(value) == STALE;
  }
}
