// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.KahanSum;
import io.harvester.query.functions.Notes;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.HistogramMean;
import io.harvester.query.histogram.IncompatibleSchemasException;
import io.harvester.query.promql.Aggregation;
import io.harvester.query.value.Labels;

/**
 * {@code avg}: the sum divided by the number; from the step on at which the sum overflows, a mean
 * that is moved by each value.
 */
final class MeanColumn extends GroupColumn {
  private final double[] errors;
  private final double[] counts;

  /** Whether the value of a step is a mean and not a sum. */
  private final boolean[] moved;

  private HistogramCells<HistogramMean> means;

  MeanColumn(Aggregation aggregation, int steps, Notes notes) {
    super(aggregation, steps, notes);
    errors = new double[steps];
    counts = new double[steps];
    moved = new boolean[steps];
  }

  @Override
  public void add(Column column, int from, int to) {
    HistogramCells<HistogramMean> cells = cells(column);
    if (cells != null) {
      addAny(column, cells, from, to);
      return;
    }
    double[] added = column.values();
    for (int step = from; step < to; step++) {
      double value = added[step];
      if (!Column.isAbsent(value)) {
        addFloat(step, value);
      }
    }
  }

  private synchronized HistogramCells<HistogramMean> cells(Column column) {
    if (means == null && column.histograms() != null) {
      means = new HistogramCells<>(values.length);
    }
    return means;
  }

  private void addFloat(int step, double value) {
    double count = ++counts[step];
    double sum = values[step];
    if (Column.isAbsent(sum)) {
      values[step] = value;
      return;
    }
    if (!moved[step]) {
      double total = sum + value;
      if (!Double.isInfinite(total)) {
        errors[step] = KahanSum.error(sum, errors[step], value, total);
        values[step] = total;
        return;
      }
      moved[step] = true;
      sum /= count - 1;
      errors[step] /= count - 1;
    }
    double kept = (count - 1) / count;
    double total = kept * sum + value / count;
    errors[step] = KahanSum.error(kept * sum, kept * errors[step], value / count, total);
    values[step] = total;
  }

  private void addAny(Column column, HistogramCells<HistogramMean> cells, int from, int to) {
    for (int step = from; step < to; step++) {
      if (cells.isSpoiled(step)) {
        continue;
      }
      FloatHistogram histogram = column.histogram(step);
      if (histogram != null) {
        try {
          addHistogram(step, histogram, cells);
        } catch (IncompatibleSchemasException e) {
          noteIncompatible(e.customBounds(), column);
          cells.spoil(step);
        }
      } else if (column.hasFloat(step)) {
        addFloat(step, column.values()[step]);
      }
    }
  }

  private void addHistogram(int step, FloatHistogram histogram, HistogramCells<HistogramMean> cells)
      throws IncompatibleSchemasException {
    cells.see(step);
    HistogramMean mean = cells.get(step);
    if (mean != null) {
      mean.add(histogram);
    } else if (Column.isAbsent(values[step])) {
      cells.set(step, new HistogramMean(histogram));
    }
  }

  @Override
  public Column result(Labels labels, boolean nameless) {
    for (int step = 0; step < values.length; step++) {
      if (!Column.isAbsent(values[step])) {
        values[step] =
            moved[step]
                ? values[step] + errors[step]
                : values[step] / counts[step] + errors[step] / counts[step];
      }
    }
    if (means == null) {
      return super.result(labels, nameless);
    }
    FloatHistogram[] histograms =
        means.result(values, this::noteMixture, mean -> mean.result().compact());
    return new Column(labels, nameless, values, histograms);
  }
}
