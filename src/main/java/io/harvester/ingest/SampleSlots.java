package io.harvester.ingest;

import io.harvester.metrics.Kind;
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
      int tooOld = 0;
      int tooNew = 0;
      for (int i = columns.firstSample[series]; i < end; i++) {
        long time = columns.sampleTime[i];
        slots[i] = slot;
        if ((time < oldest || time > newest) && slot != SeriesTable.ABSENT) {
          slots[i] = SeriesTable.ABSENT;
          tooOld += time < oldest ? 1 : 0;
          tooNew += time > newest ? 1 : 0;
        }
      }
      if (tooOld + tooNew > 0) {
        reject(times, write, series, tooOld, tooNew);
      }
    }
  }

  private static void reject(
      SampleTimes times, PendingWrite write, int series, int tooOld, int tooNew) {
    DecodedRequest columns = write.workspace().columns;
    Resolution resolution = write.workspace().resolution;
    String node = resolution.nodeOf(series).name();
    String metric = MetricName.of(columns, series);
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (int i = columns.firstSample[series]; i < columns.firstSample[series + 1]; i++) {
      first = Math.min(first, columns.sampleTime[i]);
      last = Math.max(last, columns.sampleTime[i]);
    }
    String where = "series " + series + " " + MetricName.shortened(metric) + ": ";
    if (tooOld > 0) {
      String detail = where + times.explain(first);
      write
          .rejections()
          .add(Kind.SAMPLES, node, metric, SampleTimes.TOO_OLD, detail, first, tooOld);
    }
    if (tooNew > 0) {
      String detail = where + times.explain(last);
      write.rejections().add(Kind.SAMPLES, node, metric, SampleTimes.TOO_NEW, detail, last, tooNew);
    }
  }
}
