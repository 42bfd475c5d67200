// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

/**
 * The times at which an expression is evaluated.
 *
 * @param start the first one, ms since the epoch
 * @param step distance, ms
 * @param count how many; 0: none
 */
public record Grid(long start, long step, int count) {
  /** One time. */
  public static Grid at(long time) {
    return new Grid(time, 1, 1);
  }

  /** The time of a step. */
  public long time(int index) {
    return start + index * step;
  }

  /** The last time. */
  public long end() {
    return start + (count - 1) * step;
  }

  /** Only the first time. */
  public Grid first() {
    return new Grid(start, step, Math.min(count, 1));
  }
}
