// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.functions.Samples;
import io.harvester.query.promql.Position;
import io.harvester.query.rollup.RollupUse;
import io.harvester.read.Matcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The conditions of a selector, the time for which it needs samples, and what was read. */
final class SelectedSeries {
  private final List<Matcher> matchers;
  private final Rolling rolling;
  private long from;
  private long to;
  private List<Samples> series = new ArrayList<>();

  /**
   * What the samples are for, where rollups stand for them.
   *
   * @param window length of the ranges, ms
   * @param position place of the selector in the query
   */
  record Rolling(RollupUse use, long window, Position position) {
    /** Whether the same samples serve the other selector. */
    boolean fits(Rolling other) {
      return use == other.use && window == other.window;
    }
  }

  SelectedSeries(List<Matcher> matchers, Rolling rolling, long from, long to) {
    this.matchers = matchers;
    this.rolling = rolling;
    this.from = from;
    this.to = to;
  }

  List<Matcher> matchers() {
    return matchers;
  }

  Rolling rolling() {
    return rolling;
  }

  long from() {
    return from;
  }

  long to() {
    return to;
  }

  /** Whether one read for both takes hardly more than two reads. */
  boolean isNear(SelectedSeries other) {
    long union = Math.max(to, other.to) - Math.min(from, other.from);
    long both = to - from + other.to - other.from;
    return union <= both + both / 4;
  }

  /** Extends the time to that of another selector, too. */
  void include(SelectedSeries other) {
    from = Math.min(from, other.from);
    to = Math.max(to, other.to);
  }

  List<Samples> series() {
    return series;
  }

  void setSeries(List<Samples> read) {
    series = read;
  }

  /** Sorts the series by labels. */
  void sort() {
    series.sort(Comparator.comparing(Samples::labels));
  }
}
