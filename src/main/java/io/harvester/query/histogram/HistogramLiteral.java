// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** Reads the notation of series descriptions: {@code {{schema:1 sum:3 count:2 buckets:[1 1]}}}. */
public final class HistogramLiteral {
  private HistogramLiteral() {}

  /**
   * Parses a histogram.
   *
   * @param text the notation, with its braces
   * @throws IllegalArgumentException if it is malformed
   */
  public static FloatHistogram parse(String text) {
    throw new UnsupportedOperationException(text);
  }
}
