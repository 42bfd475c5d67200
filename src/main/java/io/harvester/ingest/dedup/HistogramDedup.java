// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.dedup;

import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.Workspace;
import io.harvester.series.SeriesTable;
import io.harvester.storage.HistogramOrExemplar;
import io.harvester.storage.HistogramRow;
import io.harvester.storage.Outcomes;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.StartRow;
import io.harvester.wire.DataKind;
import io.harvester.wire.DecodedRequest;
import java.util.Arrays;
import java.util.List;

/**
 * Adds histograms, exemplars and start times to a batch, and counts what becomes of the first two.
 * A unique index detects stored histograms and exemplars, so nothing is remembered of them. The
 * last start time of each series is remembered, because every sample repeats it.
 */
final class HistogramDedup {
  private final LastStarts lastStarts = new LastStarts();
  private Outcomes[] histograms = new Outcomes[0];
  private Outcomes[] exemplars = new Outcomes[0];

  /** Discards remembered start times: they may not be stored. */
  void forget() {
    lastStarts.clear();
  }

  /** What became of one request's histograms or exemplars. */
  Outcomes outcomes(DataKind kind, int request) {
    return kind == DataKind.HISTOGRAMS ? histograms[request] : exemplars[request];
  }

  /** Adds the histograms, exemplars and start times of these nodes to the batch. */
  void add(List<PendingWrite> requests, int from, int to, int[] nodeIds, SampleBatch batch) {
    histograms = counts(requests.size());
    exemplars = counts(requests.size());
    for (int request = 0; request < requests.size(); request++) {
      PendingWrite write = requests.get(request);
      for (HistogramOrExemplar row : write.histogramsAndExemplars(from, to)) {
        if (isOf(nodeIds, row)) {
          batch.add(row, outcomes(row.kind(), request));
          if (row instanceof HistogramRow histogram) {
            start(
                histogram.seriesId(),
                histogram.nodeId(),
                histogram.startTime(),
                histogram.histogram().time(),
                batch);
          }
        }
      }
      DecodedRequest columns = write.workspace().columns;
      if (from == 0 && (columns.hasSampleStartTimes || columns.hasSeriesStartTimes)) {
        sampleStarts(write.workspace(), nodeIds, batch);
      }
    }
  }

  private static Outcomes[] counts(int requests) {
    Outcomes[] counts = new Outcomes[requests];
    for (int i = 0; i < requests; i++) {
      counts[i] = new Outcomes();
    }
    return counts;
  }

  /**
   * Number of storable histograms or exemplars in {@code [from, to)} that belong to these nodes.
   */
  static int count(PendingWrite write, DataKind kind, int from, int to, int[] nodeIds) {
    return (int)
        write.histogramsAndExemplars(from, to).stream()
            .filter(row -> row.kind() == kind && isOf(nodeIds, row))
            .count();
  }

  private static boolean isOf(int[] nodeIds, HistogramOrExemplar row) {
    return Arrays.binarySearch(nodeIds, row.nodeId()) >= 0;
  }

  /** Adds the start times of the whole request, with its first slice. */
  private void sampleStarts(Workspace workspace, int[] nodeIds, SampleBatch batch) {
    DecodedRequest columns = workspace.columns;
    SeriesTable table = workspace.resolution.table();
    for (int series = 0; series < columns.seriesCount; series++) {
      int slot = workspace.resolution.slot(series);
      if (slot == SeriesTable.ABSENT) {
        continue;
      }
      int nodeId = table.node(slot).id();
      if (Arrays.binarySearch(nodeIds, nodeId) < 0) {
        continue;
      }
      int end = columns.firstSample[series + 1];
      for (int i = columns.firstSample[series]; i < end; i++) {
        long start = columns.hasSampleStartTimes ? columns.sampleStartTime[i] : 0;
        if (workspace.sampleSlot[i] >= 0) {
          start(
              table.id(slot),
              nodeId,
              start == 0 ? columns.seriesStartTime[series] : start,
              columns.sampleTime[i],
              batch);
        }
      }
    }
  }

  /** Ignores a start after its sample, which is invalid, and 0 or less, which means none. */
  private void start(long seriesId, int nodeId, long start, long time, SampleBatch batch) {
    if (start > 0 && start <= time && lastStarts.isNew(seriesId, start)) {
      batch.add(new StartRow(seriesId, nodeId, start, time));
    }
  }
}
