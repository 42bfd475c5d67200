// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** The incremental mean of histograms: each one moves the mean by its n-th part. */
public final class HistogramMean {
  /** Starts with a first histogram. */
  public HistogramMean(FloatHistogram first) {
    throw new UnsupportedOperationException();
  }

  /** Takes a histogram into account. After an exception the mean is no longer usable. */
  public void add(FloatHistogram other) throws IncompatibleSchemasException {
    throw new UnsupportedOperationException();
  }

  /** The mean, with empty buckets if there are any. */
  public FloatHistogram result() {
    throw new UnsupportedOperationException();
  }
}
