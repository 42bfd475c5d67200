package io.harvester.ingest.dedup;

import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.Workspace;
import io.harvester.series.NodeRegistry;
import io.harvester.series.SeriesTable;
import io.harvester.storage.ExtraRow;
import io.harvester.storage.ExtraRows;
import io.harvester.storage.HistogramRow;
import io.harvester.storage.Outcomes;
import io.harvester.storage.StartRow;
import io.harvester.wire.DataKind;
import io.harvester.wire.DecodedRequest;
import java.util.Arrays;
import java.util.List;

/**
 * Picks what a transaction stores beside float samples, and keeps the count of it. Nothing is
 * remembered of histograms and exemplars: a unique index tells the new ones. Of starts the last one
 * per series is, because every sample repeats it.
 */
final class HistogramDedup {
  private final NodeRegistry registry;
  private final LastStarts lastStarts = new LastStarts();
  private Outcomes[] histograms = new Outcomes[0];
  private Outcomes[] exemplars = new Outcomes[0];

  HistogramDedup(NodeRegistry registry) {
    this.registry = registry;
  }

  /** Starts that were planned may not be stored. */
  void forget() {
    lastStarts.clear();
  }

  /** What became of a request's histograms or exemplars in the last transaction. */
  Outcomes tally(DataKind kind, int request) {
    return kind == DataKind.HISTOGRAMS ? histograms[request] : exemplars[request];
  }

  /** Adds what the parts [from, to) of each request have for these nodes. */
  void plan(List<PendingWrite> batch, int from, int to, int[] nodeIds, ExtraRows rows) {
    histograms = tallies(batch.size());
    exemplars = tallies(batch.size());
    for (int request = 0; request < batch.size(); request++) {
      PendingWrite write = batch.get(request);
      for (ExtraRow row : write.extras(from, to)) {
        if (isOf(nodeIds, row)) {
          rows.add(row, tally(row.kind(), request));
          if (row instanceof HistogramRow histogram) {
            start(
                histogram.seriesId(),
                histogram.nodeId(),
                histogram.startTime(),
                histogram.histogram().time(),
                rows);
          }
        }
      }
      DecodedRequest columns = write.workspace().columns;
      if (columns.hasSampleStartTimes || columns.hasSeriesStartTimes) {
        sampleStarts(write.workspace(), nodeIds, rows);
      }
    }
  }

  private static Outcomes[] tallies(int count) {
    Outcomes[] tallies = new Outcomes[count];
    for (int i = 0; i < count; i++) {
      tallies[i] = new Outcomes();
    }
    return tallies;
  }

  /** How many storable parts of a kind in [from, to) belong to these nodes. */
  static int count(PendingWrite write, DataKind kind, int from, int to, int[] nodeIds) {
    return (int)
        write.extras(from, to).stream()
            .filter(row -> row.kind() == kind && isOf(nodeIds, row))
            .count();
  }

  private static boolean isOf(int[] nodeIds, ExtraRow row) {
    return Arrays.binarySearch(nodeIds, row.nodeId()) >= 0;
  }

  /** Whatever part of the request this transaction is about: a start may be stored twice. */
  private void sampleStarts(Workspace workspace, int[] nodeIds, ExtraRows rows) {
    DecodedRequest columns = workspace.columns;
    SeriesTable table = workspace.resolution.table();
    for (int series = 0; series < columns.seriesCount; series++) {
      int slot = workspace.resolution.slot(series);
      if (slot == SeriesTable.ABSENT) {
        continue;
      }
      int nodeId = registry.get(table.node(slot)).id();
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
              rows);
        }
      }
    }
  }

  /** A start after the sample itself is nonsense; 0 and less: none was given. */
  private void start(long seriesId, int nodeId, long start, long time, ExtraRows rows) {
    if (start > 0 && start <= time && lastStarts.isNew(seriesId, start)) {
      rows.starts().add(new StartRow(seriesId, nodeId, start, time));
    }
  }
}
