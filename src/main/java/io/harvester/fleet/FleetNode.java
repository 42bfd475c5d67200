// SPDX-License-Identifier: Apache-2.0
package io.harvester.fleet;

/**
 * A node as the database knows it.
 *
 * @param state as in {@code fleet.node}
 * @param silentSeconds time since samples of it were committed last; -1: never
 * @param facts further columns of {@code fleet.node}, as a JSON object
 */
public record FleetNode(String name, String state, double silentSeconds, String facts) {
  /** A Prometheus delivers a scrape after at most half an interval and this time. */
  private static final double DELIVERY_SECONDS = 2;

  /**
   * Whether the node has missed a write, although its state is still {@code up}.
   *
   * @param intervalSeconds how often it is scraped; NaN: unknown
   */
  boolean isLate(double intervalSeconds) {
    return state.equals("up") && silentSeconds > 1.5 * intervalSeconds + DELIVERY_SECONDS;
  }
}
