// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

import io.harvester.series.Fingerprint;
import io.harvester.series.SeriesKey.Label;
import io.harvester.wire.DataKind;
import java.util.List;
import java.util.UUID;

/**
 * An exemplar to store.
 *
 * @param seriesId {@code series_id}
 * @param nodeId {@code node_id} of the series
 * @param time ms since the epoch
 * @param bits the value as its IEEE 754 bits
 * @param labels sorted by name; may be empty
 * @param identity hash of value and labels; distinguishes exemplars of one series and time
 */
public record ExemplarRow(
    long seriesId, int nodeId, long time, long bits, List<Label> labels, UUID identity)
    implements HistogramOrExemplar {

  /** An exemplar with its identity computed. */
  public static ExemplarRow of(
      long seriesId, int nodeId, long time, long bits, List<Label> labels) {
    Fingerprint fingerprint = new Fingerprint().add(bits);
    for (Label label : labels) {
      fingerprint.add(label.name()).add(label.value());
    }
    return new ExemplarRow(seriesId, nodeId, time, bits, List.copyOf(labels), fingerprint.toUuid());
  }

  @Override
  public DataKind kind() {
    return DataKind.EXEMPLARS;
  }
}
