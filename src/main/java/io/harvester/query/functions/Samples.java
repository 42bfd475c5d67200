// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.value.Labels;
import java.util.Arrays;

/**
 * The samples of a series, as they were stored or as a subquery computed them: a column of times
 * and one of values for floats, and the same for histograms. Never changed.
 */
public final class Samples {
  private static final long[] NO_TIMES = {};
  private static final double[] NO_VALUES = {};
  private static final FloatHistogram[] NO_HISTOGRAMS = {};

  private final Labels labels;
  private final long[] times;
  private final double[] values;
  private final int count;
  private final long[] histogramTimes;
  private final FloatHistogram[] histograms;

  /** How many stored samples the floats up to each one stand for; null: each for itself. */
  private final int[] stored;

  private volatile Samples live;

  /**
   * Samples of both kinds.
   *
   * @param times ascending; the first {@code count} are used
   */
  public Samples(
      Labels labels,
      long[] times,
      double[] values,
      int count,
      long[] histogramTimes,
      FloatHistogram[] histograms) {
    this(labels, times, values, count, histogramTimes, histograms, null);
  }

  private Samples(
      Labels labels,
      long[] times,
      double[] values,
      int count,
      long[] histogramTimes,
      FloatHistogram[] histograms,
      int[] stored) {
    this.stored = stored;
    this.labels = labels;
    this.times = times;
    this.values = values;
    this.count = count;
    this.histogramTimes = histogramTimes;
    this.histograms = histograms;
  }

  /** Floats only. */
  public static Samples of(Labels labels, long[] times, double[] values, int count) {
    return new Samples(labels, times, values, count, NO_TIMES, NO_HISTOGRAMS);
  }

  /**
   * Floats that stand for others.
   *
   * @param stored how many stored samples the floats up to each one stand for
   */
  public static Samples of(Labels labels, long[] times, double[] values, int count, int[] stored) {
    return new Samples(labels, times, values, count, NO_TIMES, NO_HISTOGRAMS, stored);
  }

  /** Histograms only. */
  public static Samples of(Labels labels, long[] histogramTimes, FloatHistogram[] histograms) {
    return new Samples(labels, NO_TIMES, NO_VALUES, 0, histogramTimes, histograms);
  }

  /** The floats of this series with the histograms of another one. */
  public Samples with(Samples ofHistograms) {
    return new Samples(
        labels, times, values, count, ofHistograms.histogramTimes, ofHistograms.histograms, stored);
  }

  /** The labels. */
  public Labels labels() {
    return labels;
  }

  /** The times of the floats. */
  public long[] times() {
    return times;
  }

  /** The floats. */
  public double[] values() {
    return values;
  }

  /** Number of floats. */
  public int count() {
    return count;
  }

  /** How many stored samples the floats from one index to another stand for, both included. */
  public int stored(int first, int last) {
    return stored == null ? last - first + 1 : stored[last] - (first == 0 ? 0 : stored[first - 1]);
  }

  /** How many stored samples follow the float at one index, up to that at another. */
  public int storedAfter(int first, int last) {
    return stored == null ? last - first : stored[last] - stored[first];
  }

  /** The times of the histograms. */
  public long[] histogramTimes() {
    return histogramTimes;
  }

  /** The histograms. */
  public FloatHistogram[] histograms() {
    return histograms;
  }

  /** The same without stale markers. */
  public Samples live() {
    if (live == null) {
      live = liveFloats().liveHistograms();
    }
    return live;
  }

  private Samples liveFloats() {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      kept += Column.isAbsent(values[i]) ? 0 : 1;
    }
    if (kept == count) {
      return this;
    }
    long[] liveTimes = new long[kept];
    double[] liveValues = new double[kept];
    int[] liveStored = stored == null ? null : new int[kept];
    kept = 0;
    for (int i = 0; i < count; i++) {
      if (!Column.isAbsent(values[i])) {
        if (liveStored != null) {
          liveStored[kept] = stored[i];
        }
        liveTimes[kept] = times[i];
        liveValues[kept++] = values[i];
      }
    }
    return new Samples(labels, liveTimes, liveValues, kept, histogramTimes, histograms, liveStored);
  }

  private Samples liveHistograms() {
    int kept = 0;
    for (FloatHistogram histogram : histograms) {
      kept += histogram.isStale() ? 0 : 1;
    }
    if (kept == histograms.length) {
      return this;
    }
    long[] liveTimes = new long[kept];
    FloatHistogram[] liveHistograms = new FloatHistogram[kept];
    kept = 0;
    for (int i = 0; i < histograms.length; i++) {
      if (!histograms[i].isStale()) {
        liveTimes[kept] = histogramTimes[i];
        liveHistograms[kept++] = histograms[i];
      }
    }
    return new Samples(labels, times, values, count, liveTimes, liveHistograms, stored);
  }

  /** Number of samples, a histogram counted by its buckets. */
  public long weight() {
    long weight = count;
    for (FloatHistogram histogram : histograms) {
      weight += weight(histogram);
    }
    return weight;
  }

  /** How many floats a histogram stands for in limits. */
  public static int weight(FloatHistogram histogram) {
    return 6 + (histogram.positive().size() + histogram.negative().size()) / 2;
  }

  /** The newest float at or before each step of a grid, within the lookback; and its time. */
  public Column newest(Grid grid, long shift, long lookback, boolean timeAsValue) {
    double[] found = new double[grid.count()];
    FloatHistogram[] foundHistograms = null;
    int at = -1;
    int histogramAt = -1;
    boolean any = false;
    for (int step = 0; step < found.length; step++) {
      long time = grid.time(step) - shift;
      while (at + 1 < count && times[at + 1] <= time) {
        at++;
      }
      while (histogramAt + 1 < histograms.length && histogramTimes[histogramAt + 1] <= time) {
        histogramAt++;
      }
      long oldest = time - lookback;
      found[step] = Column.ABSENT;
      long floatTime = at < 0 || times[at] <= oldest ? Long.MIN_VALUE : times[at];
      if (histogramAt >= 0
          && histogramTimes[histogramAt] > oldest
          && histogramTimes[histogramAt] > floatTime) {
        if (!histograms[histogramAt].isStale()) {
          any = true;
          if (timeAsValue) {
            found[step] = histogramTimes[histogramAt] / 1000.0;
          } else {
            foundHistograms =
                foundHistograms == null ? new FloatHistogram[found.length] : foundHistograms;
            foundHistograms[step] = histograms[histogramAt];
          }
        }
      } else if (floatTime != Long.MIN_VALUE && !Column.isAbsent(values[at])) {
        any = true;
        found[step] = timeAsValue ? times[at] / 1000.0 : values[at];
      }
    }
    return any ? new Column(labels, false, found, foundHistograms) : null;
  }

  @Override
  public String toString() {
    return labels + " " + Arrays.toString(times) + " " + Arrays.toString(values);
  }
}
