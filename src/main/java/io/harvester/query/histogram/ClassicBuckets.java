// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** The cumulative buckets of one classic histogram. Reusable. */
public final class ClassicBuckets {
  /** Adds the bucket of a series; the order does not matter. */
  public void add(double upperBound, double count) {
    throw new UnsupportedOperationException();
  }

  /** Number of buckets added. */
  public int size() {
    throw new UnsupportedOperationException();
  }

  /** Removes all buckets. */
  public void clear() {
    throw new UnsupportedOperationException();
  }

  /** The value below which a part q of the observations lies. Sets the two flags below. */
  public double quantile(double q) {
    throw new UnsupportedOperationException();
  }

  /** Whether the last quantile had to raise counts that were lower than those of a lower bucket. */
  public boolean forcedMonotonic() {
    throw new UnsupportedOperationException();
  }

  /** Whether the last quantile ignored differences as small as the errors of rounding. */
  public boolean ignoredSmallDeltas() {
    throw new UnsupportedOperationException();
  }

  /** The part of the observations that lies between two values. */
  public double fraction(double lower, double upper) {
    throw new UnsupportedOperationException();
  }
}
