// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.HistogramTotal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What an aggregation makes of the histograms of a group, per step. */
final class HistogramCells {
  private final List<HistogramTotal> cells;
  private final boolean[] seen;
  private final boolean[] spoiled;

  HistogramCells(int steps) {
    cells = new ArrayList<>(Collections.nCopies(steps, null));
    seen = new boolean[steps];
    spoiled = new boolean[steps];
  }

  /** Notes that a step has a histogram. */
  void see(int step) {
    seen[step] = true;
  }

  /** Notes that the histograms of a step do not fit together. */
  void spoil(int step) {
    spoiled[step] = true;
  }

  boolean isSpoiled(int step) {
    return spoiled[step];
  }

  HistogramTotal get(int step) {
    return cells.get(step);
  }

  void set(int step, HistogramTotal cell) {
    cells.set(step, cell);
  }

  /**
   * The histograms of the steps that have no floats; clears the floats of the others.
   *
   * @param mixture called where a step has both
   */
  FloatHistogram[] result(double[] values, Runnable mixture) {
    FloatHistogram[] histograms = new FloatHistogram[values.length];
    for (int step = 0; step < values.length; step++) {
      if (!seen[step]) {
        continue;
      }
      if (!Column.isAbsent(values[step])) {
        mixture.run();
        values[step] = Column.ABSENT;
      } else if (!spoiled[step]) {
        histograms[step] = cells.get(step).result().compact();
      }
    }
    return histograms;
  }
}
