// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** The two texts of a histogram. */
public final class Notation {
  private Notation() {}

  /** As in query results: {@code {count:2, sum:3, (1,2]:2}}. */
  public static String text(FloatHistogram histogram) {
    throw new UnsupportedOperationException();
  }

  /** As in series descriptions: {@code {{count:2 sum:3 buckets:[2]}}}. */
  public static String literal(FloatHistogram histogram) {
    throw new UnsupportedOperationException();
  }
}
