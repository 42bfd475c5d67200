// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.corpus;

import io.harvester.query.histogram.CounterReset;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.Side;
import io.harvester.query.value.Labels;
import io.harvester.read.Matcher;
import io.harvester.read.SeriesLabels;
import io.harvester.series.SeriesKey.Label;
import io.harvester.wire.NativeHistogram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Series in memory. */
public final class MemoryReader extends SamplesOnly {
  private final Map<Labels, Series> series = new LinkedHashMap<>();

  private static final class Series {
    final NavigableMap<Long, Double> floats = new TreeMap<>();
    final NavigableMap<Long, FloatHistogram> histograms = new TreeMap<>();
  }

  /** Adds a float. */
  public void add(Labels labels, long time, double value) {
    series.computeIfAbsent(labels, none -> new Series()).floats.put(time, value);
  }

  /** Adds a histogram. */
  public void add(Labels labels, long time, FloatHistogram histogram) {
    series.computeIfAbsent(labels, none -> new Series()).histograms.put(time, histogram);
  }

  /** Removes all series. */
  public void clear() {
    series.clear();
  }

  @Override
  public void read(
      List<Matcher> matchers, long from, long to, Visitor visitor, BooleanSupplier cancelled) {
    series.forEach(
        (labels, samples) -> {
          boolean matches = matchers.stream().allMatch(m -> m.matches(labels.value(m.name())));
          if (matches && from <= to && !cancelled.getAsBoolean()) {
            pass(labels(labels), samples, from, to, visitor);
          }
        });
  }

  private static void pass(
      SeriesLabels labels, Series samples, long from, long to, Visitor visitor) {
    NavigableMap<Long, Double> floats = samples.floats.subMap(from, true, to, true);
    if (!floats.isEmpty()) {
      long[] times = floats.keySet().stream().mapToLong(Long::longValue).toArray();
      long[] bits = floats.values().stream().mapToLong(Double::doubleToRawLongBits).toArray();
      visitor.series(labels, times, bits, times.length);
    }
    List<NativeHistogram> histograms = new ArrayList<>();
    samples
        .histograms
        .subMap(from, true, to, true)
        .forEach((time, histogram) -> histograms.add(stored(time, histogram)));
    if (!histograms.isEmpty()) {
      visitor.histograms(labels, histograms);
    }
  }

  private static SeriesLabels labels(Labels labels) {
    List<Label> others = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      if (!labels.name(i).equals(Labels.METRIC_NAME)) {
        others.add(new Label(labels.name(i), labels.value(i)));
      }
    }
    return new SeriesLabels(labels.metricName(), "", others);
  }

  private static NativeHistogram stored(long time, FloatHistogram histogram) {
    return new NativeHistogram(
        time,
        0,
        true,
        histogram.schema(),
        List.of(CounterReset.values()).indexOf(histogram.hint()),
        Double.doubleToRawLongBits(histogram.count()),
        Double.doubleToRawLongBits(histogram.sum()),
        histogram.zeroThreshold(),
        Double.doubleToRawLongBits(histogram.zeroCount()),
        side(histogram.positive()),
        side(histogram.negative()),
        histogram.customValues());
  }

  private static NativeHistogram.Side side(Side side) {
    long[] counts = new long[side.counts().length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Double.doubleToRawLongBits(side.counts()[i]);
    }
    return new NativeHistogram.Side(side.offsets(), side.lengths(), counts);
  }
}
