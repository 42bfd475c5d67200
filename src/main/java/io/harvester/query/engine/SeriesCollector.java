// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.engine.QueryException.Kind;
import io.harvester.query.functions.Notes;
import io.harvester.query.functions.Samples;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.rollup.RolledSamples;
import io.harvester.query.value.Labels;
import io.harvester.read.Matcher;
import io.harvester.read.Rollup;
import io.harvester.read.RollupReader.Coverage;
import io.harvester.read.SeriesLabels;
import io.harvester.read.SeriesReader;
import io.harvester.storage.StoreException;
import io.harvester.wire.NativeHistogram;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads series into columns, within the budget of a query. */
final class SeriesCollector {
  /** Above this number, the order of series is left as they come: sorting takes longer. */
  private static final int MAX_SORTED = 50_000;

  private static final long HOUR = 3_600_000;

  private final SeriesReader reader;
  private final String nodeLabel;
  private final List<Matcher> restriction;
  private final Budget budget;
  private final Notes notes;
  private final Coverage coverage;

  /**
   * Reads series for one query.
   *
   * @param restriction conditions of every selector: what the asker may read
   */
  SeriesCollector(
      SeriesReader reader,
      String nodeLabel,
      List<Matcher> restriction,
      Budget budget,
      Notes notes) {
    this.reader = reader;
    this.nodeLabel = nodeLabel;
    this.restriction = restriction;
    this.budget = budget;
    this.notes = notes;
    try {
      this.coverage = reader.rollups().coverage();
    } catch (StoreException e) {
      throw failure(e);
    }
  }

  /** Before this time rollups stand for samples, ms since the epoch. */
  long samplesSince() {
    return coverage.samplesSince();
  }

  /** Reads the series of a selector. */
  void read(SelectedSeries selected) {
    long from = Math.max(selected.from(), minimum(coverage.samplesSince()));
    Collection collection = new Collection(selected.rolling(), coverage.span(selected.from()));
    List<Matcher> matchers = new ArrayList<>(selected.matchers());
    matchers.addAll(restriction);
    try {
      if (selected.from() < from) {
        readRollups(selected, matchers, collection);
      }
      if (from <= selected.to()) {
        reader.read(matchers, from, selected.to(), collection, collection::isOver);
      }
    } catch (StoreException e) {
      throw failure(e);
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

  private static long minimum(long samplesSince) {
    return samplesSince == Long.MIN_VALUE ? samplesSince : samplesSince + 1;
  }

  private static QueryFailure failure(StoreException e) {
    return new QueryFailure(
        new QueryException(Kind.UNAVAILABLE, "expanding series: " + e.getMessage(), e));
  }

  /** Also those which the first and the last window have a part of. */
  private void readRollups(SelectedSeries selected, List<Matcher> matchers, Collection collection)
      throws StoreException {
    long span = collection.span;
    long to = Math.min(coverage.samplesSince(), selected.to() + span);
    reader
        .rollups()
        .read(
            matchers,
            Math.max(selected.from(), 0) - span,
            to,
            span,
            collection::rollups,
            collection::isOver);
    if (!collection.rolled.isEmpty()) {
      notes.info(
          "samples before "
              + Instant.ofEpochMilli(coverage.samplesSince())
              + " are deleted: older values are computed from rollups of "
              + (span < HOUR ? "5 minutes" : "1 hour"),
          selected.rolling().position());
    }
  }

  /** Receives the series of one read. */
  private final class Collection implements SeriesReader.Visitor {
    private final SelectedSeries.Rolling rolling;
    private final long span;
    private final Map<Labels, RolledSamples> rolled = new HashMap<>();
    private final Map<Labels, Samples> floats = new HashMap<>();
    private final Map<Labels, Samples> histograms = new HashMap<>();
    private volatile QueryFailure failure;

    Collection(SelectedSeries.Rolling rolling, long span) {
      this.rolling = rolling;
      this.span = span;
    }

    void rollups(SeriesLabels seriesLabels, List<Rollup> stored) {
      Labels labels = StoredLabels.of(seriesLabels, nodeLabel);
      RolledSamples samples = new RolledSamples(rolling.use(), span, rolling.window());
      stored.forEach(samples::add);
      if (isAllowed(labels, samples.count())) {
        rolled.put(labels, samples);
      }
    }

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
      RolledSamples older = rolled.remove(labels);
      if (older == null) {
        floats.put(labels, Samples.of(labels, ownTimes, values, count));
      } else {
        older.add(ownTimes, values, count);
        floats.put(labels, samples(labels, older));
      }
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
        if (!floats.containsKey(labels)
            && !histograms.containsKey(labels)
            && !rolled.containsKey(labels)) {
          budget.countSeries();
        }
        return true;
      } catch (QueryFailure e) {
        failure = e;
        return false;
      }
    }

    private Samples samples(Labels labels, RolledSamples all) {
      return Samples.of(labels, all.times(), all.values(), all.count(), all.stored());
    }

    List<Samples> series() {
      rolled.forEach((labels, samples) -> floats.put(labels, samples(labels, samples)));
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
