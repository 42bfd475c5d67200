package io.harvester.ingest;

import io.harvester.metrics.Kind;
import io.harvester.series.Node;
import io.harvester.series.Resolution;
import io.harvester.series.SeriesTable;
import io.harvester.wire.DecodedRequest;

/** Spreads the slots of series over their samples, and marks samples that cannot be stored. */
final class SampleSlots {
  private SampleSlots() {}

  static void assign(SampleTimes times, PendingWrite write) {
    Workspace workspace = write.workspace();
    DecodedRequest columns = workspace.columns;
    Resolution resolution = workspace.resolution;
    workspace.ensureSamples(columns.sampleCount);
    long oldest = times.oldest();
    long newest = times.newest();
    int[] slots = workspace.sampleSlot;
    for (int series = 0; series < columns.seriesCount; series++) {
      int slot = resolution.slot(series);
      int end = columns.firstSample[series + 1];
      for (int i = columns.firstSample[series]; i < end; i++) {
        long time = columns.sampleTime[i];
        slots[i] = slot;
        if ((time < oldest || time > newest) && slot != SeriesTable.ABSENT) {
          slots[i] = SeriesTable.ABSENT;
          reject(times, write, slot, time, time < oldest);
        }
      }
    }
  }

  private static void reject(
      SampleTimes times, PendingWrite write, int slot, long time, boolean tooOld) {
    Resolution resolution = write.workspace().resolution;
    SeriesTable table = resolution.table();
    Node node =
        resolution.nodes().stream()
            .filter(n -> n.index() == table.node(slot))
            .findFirst()
            .orElseThrow();
    write
        .rejections()
        .add(
            Kind.SAMPLES,
            node.name(),
            "",
            tooOld ? SampleTimes.TOO_OLD : SampleTimes.TOO_NEW,
            "series_id " + table.id(slot) + ": " + times.explain(time),
            time,
            1);
  }
}
