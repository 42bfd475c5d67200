// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.corpus;

import io.harvester.query.corpus.SeriesNotation.SequenceValue;
import io.harvester.query.corpus.SeriesNotation.Series;
import io.harvester.query.histogram.CounterReset;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.Side;
import io.harvester.query.text.GoNumber;
import io.harvester.query.value.Labels;
import io.harvester.wire.NativeHistogram;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Makes native histograms with custom buckets of classic ones ({@code load_with_nhcb}). */
final class CustomHistograms {
  private final Map<Labels, Map<Integer, Classic>> classics = new HashMap<>();

  private static final class Classic {
    final TreeMap<Double, Double> buckets = new TreeMap<>();
    double sum;
    double count = -1;
  }

  /** Takes a series into account, if it belongs to a classic histogram. */
  void add(Series series) {
    String name = series.labels().metricName();
    if (name.endsWith("_bucket")) {
      double bound;
      try {
        bound = GoNumber.parse(series.labels().value("le"));
      } catch (NumberFormatException e) {
        return; // Prometheus leaves such buckets out, too
      }
      addAll(series, "_bucket", (classic, value) -> classic.buckets.putIfAbsent(bound, value));
    } else if (name.endsWith("_sum")) {
      addAll(series, "_sum", (classic, value) -> classic.sum = value);
    } else if (name.endsWith("_count")) {
      addAll(series, "_count", (classic, value) -> classic.count = value);
    }
  }

  private interface Part {
    void set(Classic classic, double value);
  }

  private void addAll(Series series, String suffix, Part part) {
    String name = series.labels().metricName();
    Labels labels =
        series
            .labels()
            .change()
            .set(Labels.METRIC_NAME, name.substring(0, name.length() - suffix.length()))
            .remove("le")
            .build();
    Map<Integer, Classic> ofSeries = classics.computeIfAbsent(labels, none -> new HashMap<>());
    for (int i = 0; i < series.values().size(); i++) {
      SequenceValue value = series.values().get(i);
      if (!value.omitted() && value.histogram() == null) {
        part.set(ofSeries.computeIfAbsent(i, none -> new Classic()), value.value());
      }
    }
  }

  /** Stores the histograms. */
  void storeIn(MemoryReader reader, long step) {
    classics.forEach(
        (labels, ofSeries) ->
            ofSeries.forEach((i, classic) -> reader.add(labels, i * step, histogram(classic))));
  }

  private static FloatHistogram histogram(Classic classic) {
    TreeMap<Double, Double> buckets = classic.buckets;
    double count =
        classic.count < 0 && !buckets.isEmpty() ? buckets.lastEntry().getValue() : classic.count;
    buckets.putIfAbsent(Double.POSITIVE_INFINITY, count);
    double[] bounds = new double[buckets.size() - 1];
    double[] counts = new double[buckets.size()];
    int at = 0;
    double previous = 0;
    for (Map.Entry<Double, Double> bucket : buckets.entrySet()) {
      if (at < bounds.length) {
        bounds[at] = bucket.getKey();
      }
      counts[at++] = bucket.getValue() - previous;
      previous = bucket.getValue();
    }
    Side positive = new Side(new int[] {0}, new int[] {counts.length}, counts);
    return new FloatHistogram(
            CounterReset.UNKNOWN,
            NativeHistogram.CUSTOM,
            0,
            0,
            count,
            classic.sum,
            positive,
            Side.EMPTY,
            bounds)
        .compact();
  }
}
