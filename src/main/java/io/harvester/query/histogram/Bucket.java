// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/**
 * A bucket of a histogram.
 *
 * @param lowerInclusive whether it counts observations that equal the lower bound
 * @param upperInclusive whether it counts observations that equal the upper bound
 */
public record Bucket(
    double lower, double upper, boolean lowerInclusive, boolean upperInclusive, double count) {

  /** The number of the HTTP API for its bounds: 0: (], 1: [), 2: (), 3: []. */
  public int boundaryRule() {
    if (lowerInclusive) {
      return upperInclusive ? 3 : 1;
    }
    return upperInclusive ? 0 : 2;
  }
}
