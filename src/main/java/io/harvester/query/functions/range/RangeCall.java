// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions.range;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Grid;
import io.harvester.query.functions.Naming;
import io.harvester.query.functions.Notes;
import io.harvester.query.functions.Samples;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.promql.Position;
import java.util.List;

/**
 * The call of a function with a range vector, for all steps of a grid. Used by several threads.
 *
 * @param range length of the range, ms
 * @param shift how far the end of each range lies before the step, ms
 * @param fixed whether the range of the first step serves all steps
 * @param arguments the scalar arguments, one value per step each
 * @param position where the range stands in the query
 * @param quantilePosition where the first argument stands
 * @param check fails if the query is to end
 */
public record RangeCall(
    String function,
    Grid grid,
    long range,
    long shift,
    boolean fixed,
    List<double[]> arguments,
    Naming naming,
    Notes notes,
    Position position,
    Position quantilePosition,
    Runnable check) {
  /** After how many samples of windows a call asks whether it may go on. */
  private static final long SAMPLES_PER_CHECK = 200_000;

  /** The result for one series. */
  public record Result(Column column, long samples) {}

  /** Applies the function to one series; the column is null if it has no sample at any step. */
  public Result apply(Samples series) {
    Samples live = series.live();
    RangeFunction kernel = RangeFunctions.of(function, quantilePosition);
    kernel.begin(live);
    double[] scalars = new double[arguments.size()];
    Window window = new Window(live, scalars, notes, position);
    double[] values = new double[grid.count()];
    FloatHistogram[] histograms = null;
    boolean any = false;
    boolean floats = false;
    long taken = 0;
    long checked = 0;
    for (int step = 0; step < values.length; step++) {
      long time = grid.time(step);
      if (step == 0 || !fixed) {
        window.moveTo(time - shift - range, time - shift);
      }
      values[step] = Column.ABSENT;
      if (window.isEmpty()) {
        continue;
      }
      taken += window.floats() + window.histograms();
      if (taken - checked > SAMPLES_PER_CHECK) {
        check.run();
        checked = taken;
      }
      for (int i = 0; i < scalars.length; i++) {
        scalars[i] = arguments.get(i)[step];
      }
      window.time = time;
      window.result = null;
      double value = kernel.at(window);
      values[step] = value;
      if (window.result != null) {
        histograms = histograms == null ? new FloatHistogram[values.length] : histograms;
        histograms[step] = window.result;
        any = true;
      } else if (!Column.isAbsent(value)) {
        floats = true;
      }
    }
    if (floats) {
      noteIfNoCounter(series);
    }
    return new Result(any || floats ? result(series, values, histograms) : null, taken);
  }

  private Column result(Samples series, double[] values, FloatHistogram[] histograms) {
    if (function.equals("last_over_time")) {
      return new Column(series.labels(), false, values, histograms);
    }
    return new Column(naming.drop(series.labels()), true, values, histograms);
  }

  private void noteIfNoCounter(Samples series) {
    if (!function.equals("rate") && !function.equals("increase")) {
      return;
    }
    String metric = series.labels().metricName();
    if (!metric.isEmpty()
        && !metric.endsWith("_total")
        && !metric.endsWith("_sum")
        && !metric.endsWith("_count")
        && !metric.endsWith("_bucket")) {
      notes.notNamedAsCounter(metric, position);
    }
  }
}
