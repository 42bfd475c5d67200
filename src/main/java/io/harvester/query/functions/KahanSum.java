// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

/** A sum and the error that rounding made so far, as Kahan and Neumaier add. */
public final class KahanSum {
  private double sum;
  private double error;

  /** Adds a number. */
  public void add(double number) {
    double total = sum + number;
    error = error(sum, error, number, total);
    sum = total;
  }

  /** The sum as it is. */
  public double sum() {
    return sum;
  }

  /** The sum with the error made good. */
  public double total() {
    return sum + error;
  }

  /**
   * The error after a number was added.
   *
   * @param sum the sum before
   * @param error the error before
   * @param total the sum afterwards
   */
  public static double error(double sum, double error, double number, double total) {
    if (Double.isInfinite(total)) {
      return 0;
    }
    return Math.abs(sum) >= Math.abs(number)
        ? error + (sum - total + number)
        : error + (number - total + sum);
  }
}
