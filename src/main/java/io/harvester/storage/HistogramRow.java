// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

import io.harvester.wire.DataKind;
import io.harvester.wire.NativeHistogram;

/**
 * A native histogram to store.
 *
 * @param seriesId {@code series_id}
 * @param nodeId {@code node_id} of the series
 * @param startTime when its count was zero, ms since the epoch; 0: not given
 * @param histogram the validated histogram
 */
public record HistogramRow(long seriesId, int nodeId, long startTime, NativeHistogram histogram)
    implements HistogramOrExemplar {
  @Override
  public long time() {
    return histogram.time();
  }

  @Override
  public DataKind kind() {
    return DataKind.HISTOGRAMS;
  }
}
