// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Notes;
import io.harvester.query.functions.Samples;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.promql.Position;

/**
 * A part of a series: the samples in {@code (start, end]}. It moves forward only. The bounds {@code
 * from} and {@code to} are indexes into the columns, {@code to} exclusive.
 */
final class Window {
  final Samples samples;
  final long[] times;
  final double[] values;
  final long[] histogramTimes;
  final FloatHistogram[] histograms;
  final double[] arguments;
  final Notes notes;
  final Position position;

  int from;
  int to;
  int histogramFrom;
  int histogramTo;
  long start;
  long end;
  long time;

  /** What a function returns besides {@link Column#ABSENT}. */
  FloatHistogram result;

  /**
   * A window before the first sample.
   *
   * @param arguments the scalar arguments of the call; the caller sets them for each step
   * @param position where the range stands in the query, for notes
   */
  Window(Samples samples, double[] arguments, Notes notes, Position position) {
    this.samples = samples;
    this.times = samples.times();
    this.values = samples.values();
    this.histogramTimes = samples.histogramTimes();
    this.histograms = samples.histograms();
    this.arguments = arguments;
    this.notes = notes;
    this.position = position;
  }

  /** Moves to {@code (newStart, newEnd]}; neither is before the present one. */
  void moveTo(long newStart, long newEnd) {
    start = newStart;
    end = newEnd;
    int count = samples.count();
    while (to < count && times[to] <= newEnd) {
      to++;
    }
    while (from < to && times[from] <= newStart) {
      from++;
    }
    if (histograms.length > 0) {
      moveHistograms(newStart, newEnd);
    }
  }

  private void moveHistograms(long newStart, long newEnd) {
    while (histogramTo < histograms.length && histogramTimes[histogramTo] <= newEnd) {
      histogramTo++;
    }
    while (histogramFrom < histogramTo && histogramTimes[histogramFrom] <= newStart) {
      histogramFrom++;
    }
  }

  /** Number of floats. */
  int floats() {
    return to - from;
  }

  /** Number of stored floats, for which fewer may stand. */
  int stored() {
    return to == from ? 0 : samples.stored(from, to - 1);
  }

  /** Number of histograms. */
  int histograms() {
    return histogramTo - histogramFrom;
  }

  boolean isEmpty() {
    return to == from && histogramTo == histogramFrom;
  }

  String metric() {
    return samples.labels().metricName();
  }

  /** Notes that histograms are left out, if there are any. */
  void noteIgnoredHistograms() {
    if (histograms() > 0) {
      notes.ignoredHistograms(metric(), position);
    }
  }
}
