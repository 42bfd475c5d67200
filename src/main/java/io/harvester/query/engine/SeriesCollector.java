// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.engine.QueryException.Kind;
import io.harvester.query.functions.Samples;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.value.Labels;
import io.harvester.read.Matcher;
import io.harvester.read.SeriesLabels;
import io.harvester.read.SeriesReader;
import io.harvester.storage.StoreException;
import io.harvester.wire.NativeHistogram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads series into columns, within the budget of a query. */
final class SeriesCollector {
  /** Above this number, the order of series is left as they come: sorting takes longer. */
  private static final int MAX_SORTED = 50_000;

  private final SeriesReader reader;
  private final String nodeLabel;
  private final List<Matcher> restriction;
  private final Budget budget;

  SeriesCollector(SeriesReader reader, String nodeLabel, List<Matcher> restriction, Budget budget) {
    this.reader = reader;
    this.nodeLabel = nodeLabel;
    this.restriction = restriction;
    this.budget = budget;
  }

  /** Reads the series of a selector. */
  void read(SelectedSeries selected) {
    Collection collection = new Collection();
    List<Matcher> matchers = new ArrayList<>(selected.matchers());
    matchers.addAll(restriction);
    try {
      reader.read(matchers, selected.from(), selected.to(), collection, collection::isOver);
    } catch (StoreException e) {
      throw new QueryFailure(
          new QueryException(Kind.UNAVAILABLE, "expanding series: " + e.getMessage(), e));
    }
    if (collection.failure != null) {
      throw collection.failure;
    }
    budget.check();
    selected.setSeries(collection.series());
    if (selected.series().size() <= MAX_SORTED) {
      selected.sort();
    }
  }

  /** Receives the series of one read. */
  private final class Collection implements SeriesReader.Visitor {
    private final Map<Labels, Samples> floats = new HashMap<>();
    private final Map<Labels, Samples> histograms = new HashMap<>();
    private volatile QueryFailure failure;

    boolean isOver() {
      return failure != null || budget.isOver();
    }

    @Override
    public void series(SeriesLabels seriesLabels, long[] times, long[] bits, int count) {
      Labels labels = StoredLabels.of(seriesLabels, nodeLabel);
      if (!isAllowed(labels, count)) {
        return;
      }
      long[] ownTimes = new long[count];
      System.arraycopy(times, 0, ownTimes, 0, count);
      double[] values = new double[count];
      for (int i = 0; i < count; i++) {
        values[i] = Double.longBitsToDouble(bits[i]);
      }
      floats.put(labels, Samples.of(labels, ownTimes, values, count));
    }

    @Override
    public void histograms(SeriesLabels seriesLabels, List<NativeHistogram> stored) {
      Labels labels = StoredLabels.of(seriesLabels, nodeLabel);
      long[] times = new long[stored.size()];
      FloatHistogram[] columns = new FloatHistogram[times.length];
      long weight = 0;
      for (int i = 0; i < times.length; i++) {
        times[i] = stored.get(i).time();
        columns[i] = FloatHistogram.of(stored.get(i));
        weight += Samples.weight(columns[i]);
      }
      if (isAllowed(labels, weight)) {
        histograms.put(labels, Samples.of(labels, times, columns));
      }
    }

    /** The call that hands a series over must not fail, so a failure is kept until it is over. */
    private boolean isAllowed(Labels labels, long weight) {
      if (failure != null) {
        return false;
      }
      try {
        budget.hold(weight);
        if (!floats.containsKey(labels) && !histograms.containsKey(labels)) {
          budget.countSeries();
        }
        return true;
      } catch (QueryFailure e) {
        failure = e;
        return false;
      }
    }

    List<Samples> series() {
      List<Samples> series = new ArrayList<>(floats.size() + histograms.size());
      floats.forEach(
          (labels, samples) -> {
            Samples others = histograms.remove(labels);
            series.add(others == null ? samples : samples.with(others));
          });
      series.addAll(histograms.values());
      return series;
    }
  }
}
