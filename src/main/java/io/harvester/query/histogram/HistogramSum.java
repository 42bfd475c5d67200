// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** Adds up histograms in place: as {@link FloatHistogram#add} for each, without copies. */
public final class HistogramSum {
  /** Starts with a first histogram. */
  public HistogramSum(FloatHistogram first) {
    throw new UnsupportedOperationException();
  }

  /** Adds a histogram. After an exception the sum is as before. */
  public void add(FloatHistogram other) throws IncompatibleSchemasException {
    throw new UnsupportedOperationException();
  }

  /** Whether a reset and no reset were added to each other. */
  public boolean hintsCollided() {
    throw new UnsupportedOperationException();
  }

  /** The sum, with empty buckets if there are any. */
  public FloatHistogram result() {
    throw new UnsupportedOperationException();
  }
}
