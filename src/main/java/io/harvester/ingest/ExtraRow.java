package io.harvester.ingest;

import io.harvester.metrics.Kind;

/** A row to store that is no float sample. */
public sealed interface ExtraRow permits HistogramRow, ExemplarRow {
  /** What it is. */
  Kind kind();

  /** {@code series_id}. */
  long seriesId();

  /** {@code node_id} of the series. */
  int nodeId();
}
