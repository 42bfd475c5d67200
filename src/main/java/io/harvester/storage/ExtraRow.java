package io.harvester.storage;

import io.harvester.wire.DataKind;

/** A row to store that is no float sample. */
public sealed interface ExtraRow permits HistogramRow, ExemplarRow {
  /** What it is. */
  DataKind kind();

  /** {@code series_id}. */
  long seriesId();

  /** {@code node_id} of the series. */
  int nodeId();
}
