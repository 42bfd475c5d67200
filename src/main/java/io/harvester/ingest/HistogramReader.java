// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.ingest.request.MetricName;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.series.LabelSetReader;
import io.harvester.series.Node;
import io.harvester.series.NodeScope;
import io.harvester.series.Resolution;
import io.harvester.series.Resolution.Defective;
import io.harvester.series.SeriesKey.Label;
import io.harvester.series.SeriesTable;
import io.harvester.storage.ExemplarRow;
import io.harvester.storage.HistogramOrExemplar;
import io.harvester.storage.HistogramRow;
import io.harvester.wire.DataKind;
import io.harvester.wire.DecodedRequest;
import io.harvester.wire.InvalidHistogramException;
import io.harvester.wire.NativeHistogram;
import io.harvester.wire.SeriesDefect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the histograms and exemplars of one resolved request, and rejects invalid ones. */
final class HistogramReader {
  private final SampleTimes times;
  private final PendingWrite write;
  private final NodeScope scope;
  private final DecodedRequest columns;
  private final Resolution resolution;
  private final LabelSetReader labels;
  private final Map<Integer, Defective> defective = new HashMap<>();
  private final long oldest;
  private final long newest;

  HistogramReader(SampleTimes times, LabelSetReader labels, PendingWrite write, NodeScope scope) {
    this.times = times;
    this.labels = labels;
    this.write = write;
    this.scope = scope;
    columns = write.workspace().columns;
    resolution = write.workspace().resolution;
    oldest = times.oldest();
    newest = times.newest();
    resolution.defective().forEach(series -> defective.put(series.series(), series));
  }

  /** Gives the request its rows. */
  void read() {
    HistogramOrExemplar[] rows =
        new HistogramOrExemplar[columns.histogramCount + columns.exemplarCount];
    for (int i = 0; i < columns.histogramCount; i++) {
      rows[i] = histogram(i);
    }
    for (int i = 0; i < columns.exemplarCount; i++) {
      rows[columns.histogramCount + i] = exemplar(i);
    }
    write.setHistogramsAndExemplars(rows);
  }

  private HistogramRow histogram(int i) {
    int series = columns.histogramSeries[i];
    try {
      NativeHistogram histogram = NativeHistogram.read(columns, i);
      long time = histogram.time();
      if (!isKnown(DataKind.HISTOGRAMS, series, time)
          || !isInTime(DataKind.HISTOGRAMS, series, time)) {
        return null;
      }
      long start = histogram.startTime();
      return new HistogramRow(
          seriesId(series),
          node(series).id(),
          start == 0 ? columns.seriesStartTime[series] : start,
          histogram);
    } catch (InvalidHistogramException e) {
      if (isKnown(DataKind.HISTOGRAMS, series, e.time())) {
        reject(DataKind.HISTOGRAMS, series, e.reason(), e.getMessage(), e.time());
      }
      return null;
    }
  }

  private ExemplarRow exemplar(int i) {
    int series = columns.exemplarSeries[i];
    long time = columns.exemplarTime[i];
    if (!isKnown(DataKind.EXEMPLARS, series, time) || !isInTime(DataKind.EXEMPLARS, series, time)) {
      return null;
    }
    SeriesDefect defect = SeriesDefect.of(columns.exemplarDefect[i]);
    List<Label> found = defect == SeriesDefect.NONE ? labels.exemplar(columns, i) : null;
    if (found == null) {
      String reason =
          "exemplar: " + (defect == SeriesDefect.NONE ? labels.defect() : defect).reason();
      reject(DataKind.EXEMPLARS, series, reason, reason, time);
      return null;
    }
    return ExemplarRow.of(
        seriesId(series), node(series).id(), time, columns.exemplarBits[i], found);
  }

  /** Whether its series is valid; if not, rejects it for the reason of the series. */
  private boolean isKnown(DataKind kind, int series, long time) {
    if (resolution.slot(series) != SeriesTable.ABSENT) {
      return true;
    }
    Defective cause = defective.get(series);
    String reason = cause.defect().reason();
    String detail = "series " + series + " " + MetricName.shortened(cause.metric()) + ": " + reason;
    write.rejections().add(kind, cause.node(), cause.metric(), reason, detail, time, 1);
    return false;
  }

  private boolean isInTime(DataKind kind, int series, long time) {
    if (time >= oldest && time <= newest) {
      return true;
    }
    long limit = times.oldest(node(series).name(), MetricName.of(columns, series));
    if (time >= limit && time <= newest) {
      return true;
    }
    String reason = time < limit ? RejectionReasons.TOO_OLD : RejectionReasons.TOO_NEW;
    reject(kind, series, reason, times.explain(time, limit), time);
    return false;
  }

  private void reject(DataKind kind, int series, String reason, String detail, long time) {
    labels.read(columns, series, scope); // for the metric name
    String metric = labels.metricName();
    write
        .rejections()
        .add(
            kind,
            node(series).name(),
            metric,
            reason,
            MetricName.shortened(metric) + ": " + detail,
            time,
            1);
  }

  private long seriesId(int series) {
    return resolution.table().id(resolution.slot(series));
  }

  private Node node(int series) {
    return resolution.nodeOf(series);
  }
}
