// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** What becomes of several histograms: their sum, or their mean. */
public interface HistogramTotal {
  /** Takes a histogram into account. */
  void add(FloatHistogram other) throws IncompatibleSchemasException;

  /** The total so far, with empty buckets if there are any. */
  FloatHistogram result();
}
