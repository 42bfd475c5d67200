// SPDX-License-Identifier: Apache-2.0
package io.harvester.fleet;

/** A short row of numbers, as a text of one character per number. */
public final class Sparkline {
  /** 64 levels; none needs an escape in JSON. */
  private static final String LEVELS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

  /** Stands for a missing number. */
  private static final char GAP = '.';

  private Sparkline() {}

  /**
   * The text.
   *
   * @param top what the highest level stands for; larger numbers have that level, too
   */
  public static String of(float[] values, double top) {
    StringBuilder text = new StringBuilder(values.length);
    for (float value : values) {
      if (Float.isNaN(value)) {
        text.append(GAP);
      } else {
        double level = top > 0 ? value / top * (LEVELS.length() - 1) : 0;
        text.append(LEVELS.charAt((int) Math.round(Math.max(0, Math.min(63, level)))));
      }
    }
    return text.toString();
  }

  /** The largest number; 0 if there is none. */
  public static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = value > largest ? value : largest;
    }
    return largest;
  }
}
