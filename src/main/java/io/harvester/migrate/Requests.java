// SPDX-License-Identifier: Apache-2.0
package io.harvester.migrate;

import io.harvester.proto.v2.Request;
import io.harvester.proto.v2.TimeSeries;
import io.harvester.read.DetailReader.SeriesExemplars;
import io.harvester.read.SeriesLabels;
import io.harvester.read.SeriesReader;
import io.harvester.series.SeriesKey.Label;
import io.harvester.wire.NativeHistogram;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xerial.snappy.Snappy;

/** Turns series that are read into requests of remote_write 2.0, and hands full ones over. */
final class Requests implements SeriesReader.Visitor {
  /** Large enough that a transaction is worth it, and small beside the heap. */
  private static final int DATA_POINTS = 20_000;

  /** A histogram or exemplar takes as much memory as that many samples. */
  private static final int WEIGHT_OF_OTHERS = 10;

  private final String nodeLabel;
  private final Target target;
  private Request.Builder request = Request.newBuilder();
  private final Map<String, Integer> symbols = new LinkedHashMap<>();
  private int size;

  /** Takes a body; may wait. */
  @FunctionalInterface
  interface Target {
    void take(byte[] body);
  }

  Requests(String nodeLabel, Target target) {
    this.nodeLabel = nodeLabel;
    this.target = target;
    symbols.put("", 0);
  }

  @Override
  public void series(SeriesLabels labels, long[] times, long[] bits, int count) {
    for (int from = 0; from < count; from += DATA_POINTS) {
      TimeSeries.Builder series = open(labels);
      int to = Math.min(count, from + DATA_POINTS);
      for (int i = from; i < to; i++) {
        series
            .addSamplesBuilder()
            .setTimestamp(times[i])
            .setValue(Double.longBitsToDouble(bits[i]));
      }
      added(to - from);
    }
  }

  @Override
  public void histograms(SeriesLabels labels, List<NativeHistogram> histograms) {
    TimeSeries.Builder series = open(labels);
    for (NativeHistogram histogram : histograms) {
      series.addHistograms(HistogramMessage.of(histogram));
    }
    added(WEIGHT_OF_OTHERS * histograms.size());
  }

  void exemplars(SeriesExemplars found) {
    TimeSeries.Builder series = open(found.series());
    found
        .exemplars()
        .forEach(
            exemplar -> {
              var message =
                  series
                      .addExemplarsBuilder()
                      .setTimestamp(exemplar.time())
                      .setValue(exemplar.value());
              exemplar
                  .labels()
                  .forEach(
                      (name, value) ->
                          message.addLabelsRefs(symbol(name)).addLabelsRefs(symbol(value)));
            });
    added(WEIGHT_OF_OTHERS * found.exemplars().size());
  }

  private TimeSeries.Builder open(SeriesLabels labels) {
    TimeSeries.Builder series = request.addTimeseriesBuilder();
    add(series, "__name__", labels.metric());
    for (Label label : labels.others()) {
      add(series, label.name(), label.value());
    }
    add(series, nodeLabel, labels.node());
    return series;
  }

  private void add(TimeSeries.Builder series, String name, String value) {
    series.addLabelsRefs(symbol(name)).addLabelsRefs(symbol(value));
  }

  private int symbol(String text) {
    Integer number = symbols.putIfAbsent(text, symbols.size());
    return number == null ? symbols.size() - 1 : number;
  }

  private void added(int dataPoints) {
    size += dataPoints;
    if (size >= DATA_POINTS) {
      flush();
    }
  }

  /** Hands over what is left. */
  void flush() {
    if (size == 0) {
      return;
    }
    byte[] message = request.addAllSymbols(symbols.keySet()).build().toByteArray();
    request = Request.newBuilder();
    symbols.clear();
    symbols.put("", 0);
    size = 0;
    try {
      target.take(Snappy.compress(message));
    } catch (IOException e) {
      throw new IllegalStateException("snappy refuses to compress", e);
    }
  }
}
