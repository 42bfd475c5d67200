// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** The incremental mean of histograms: each one moves the mean by its n-th part. */
public final class HistogramMean {
  private FloatHistogram mean;
  private double number = 1;

  /** Starts with a first histogram. */
  public HistogramMean(FloatHistogram first) {
    mean = first;
  }

  /** Takes a histogram into account. After an exception the mean is no longer usable. */
  public void add(FloatHistogram other) throws IncompatibleSchemasException {
    number++;
    mean = mean.add(other.div(number).sub(mean.div(number)));
  }

  /** The mean, with empty buckets if there are any. */
  public FloatHistogram result() {
    return mean;
  }
}
