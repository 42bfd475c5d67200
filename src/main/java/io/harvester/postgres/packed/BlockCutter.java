// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the clocks of series: few lists of times that contain those of all. Series of one scrape
 * have the same times. One that misses some of them, because it began later or a value was not
 * sent, takes the same clock and has gaps: a gap costs a bit, a clock a row per time.
 */
final class BlockCutter {
  /** Comparing with more clocks takes longer than the space of another one is worth. */
  private static final int MAX_COMPARED = 64;

  /** A series and its clock, as its position in {@link Cut#clocks}. */
  record Placed(SeriesColumn series, int clock) {}

  /** The clocks, those that exist first, and the series. */
  record Cut(List<Clock> clocks, List<Placed> series) {}

  private BlockCutter() {}

  /**
   * Places series.
   *
   * @param existing clocks of the same node and hour
   * @param series sorted, each with at least one sample
   */
  static Cut cut(List<Clock> existing, List<SeriesColumn> series) {
    List<Clock> clocks = new ArrayList<>(existing);
    Map<Object, Integer> byTimes = new LinkedHashMap<>();
    for (int i = 0; i < clocks.size(); i++) {
      byTimes.putIfAbsent(Clock.key(clocks.get(i).times()), i);
    }
    List<SeriesColumn> longestFirst = new ArrayList<>(series);
    longestFirst.sort(Comparator.comparingInt(SeriesColumn::count).reversed());
    List<Placed> placed = new ArrayList<>(series.size());
    for (SeriesColumn column : longestFirst) {
      long[] times = column.times();
      Object key = Clock.key(times);
      Integer clock = byTimes.get(key);
      if (clock == null) {
        clock = smallestWith(clocks, times);
        if (clock < 0) {
          clock = clocks.size();
          clocks.add(new Clock(0, times));
        }
        byTimes.put(key, clock);
      }
      placed.add(new Placed(column, clock));
    }
    placed.sort(Comparator.comparingLong(one -> one.series().seriesId));
    return new Cut(clocks, placed);
  }

  private static int smallestWith(List<Clock> clocks, long[] times) {
    int best = -1;
    for (int i = 0; i < Math.min(MAX_COMPARED, clocks.size()); i++) {
      Clock clock = clocks.get(i);
      if ((best < 0 || clock.times().length < clocks.get(best).times().length)
          && clock.contains(times)) {
        best = i;
      }
    }
    return best;
  }
}
