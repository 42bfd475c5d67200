// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.ingest.request.MetricName;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.Workspace;
import io.harvester.series.Resolution;
import io.harvester.series.SeriesTable;
import io.harvester.wire.DataKind;
import io.harvester.wire.DecodedRequest;

/** Assigns each sample the slot of its series, and rejects samples outside the storable times. */
final class SlotAssignment {
  private SlotAssignment() {}

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
      boolean outside = false;
      for (int i = columns.firstSample[series]; i < end; i++) {
        long time = columns.sampleTime[i];
        slots[i] = slot;
        outside |= time < oldest || time > newest;
      }
      if (outside && slot != SeriesTable.ABSENT) {
        rejectOutside(times, write, series, newest);
      }
    }
  }

  /** Rejects samples by the retention of their own node and metric. */
  private static void rejectOutside(
      SampleTimes times, PendingWrite write, int series, long newest) {
    Workspace workspace = write.workspace();
    DecodedRequest columns = workspace.columns;
    String node = workspace.resolution.nodeOf(series).name();
    String metric = MetricName.of(columns, series);
    long oldest = times.oldest(node, metric);
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    int tooOld = 0;
    int tooNew = 0;
    for (int i = columns.firstSample[series]; i < columns.firstSample[series + 1]; i++) {
      long time = columns.sampleTime[i];
      first = Math.min(first, time);
      last = Math.max(last, time);
      if (time < oldest || time > newest) {
        workspace.sampleSlot[i] = SeriesTable.ABSENT;
        tooOld += time < oldest ? 1 : 0;
        tooNew += time > newest ? 1 : 0;
      }
    }
    String where = "series " + series + " " + MetricName.shortened(metric) + ": ";
    if (tooOld > 0) {
      String detail = where + times.explain(first, oldest);
      write
          .rejections()
          .add(DataKind.SAMPLES, node, metric, RejectionReasons.TOO_OLD, detail, first, tooOld);
    }
    if (tooNew > 0) {
      String detail = where + times.explain(last, oldest);
      write
          .rejections()
          .add(DataKind.SAMPLES, node, metric, RejectionReasons.TOO_NEW, detail, last, tooNew);
    }
  }
}
