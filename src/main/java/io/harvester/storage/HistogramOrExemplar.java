// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

import io.harvester.wire.DataKind;

/** A row of a kind that comes in small numbers, so that each is an object. */
public sealed interface HistogramOrExemplar permits HistogramRow, ExemplarRow {
  /** {@code HISTOGRAMS} or {@code EXEMPLARS}. */
  DataKind kind();

  /** {@code series_id}. */
  long seriesId();

  /** {@code node_id} of the series. */
  int nodeId();

  /** Timestamp, ms since the epoch. */
  long time();
}
