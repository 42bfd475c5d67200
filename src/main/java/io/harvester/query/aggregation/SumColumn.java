// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.KahanSum;
import io.harvester.query.functions.Notes;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.HistogramSum;
import io.harvester.query.histogram.IncompatibleSchemasException;
import io.harvester.query.promql.Aggregation;
import io.harvester.query.value.Labels;

/** {@code sum}. A step with floats and histograms has no result. */
final class SumColumn extends GroupColumn {
  private final double[] errors;
  private HistogramCells<HistogramSum> sums;

  SumColumn(Aggregation aggregation, int steps, Notes notes) {
    super(aggregation, steps, notes);
    errors = new double[steps];
  }

  @Override
  public void add(Column column, int from, int to) {
    HistogramCells<HistogramSum> cells = cells(column);
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

  private synchronized HistogramCells<HistogramSum> cells(Column column) {
    if (sums == null && column.histograms() != null) {
      sums = new HistogramCells<>(values.length);
    }
    return sums;
  }

  private void addFloat(int step, double value) {
    double sum = values[step];
    if (Column.isAbsent(sum)) {
      values[step] = value;
      return;
    }
    double total = sum + value;
    errors[step] = KahanSum.error(sum, errors[step], value, total);
    values[step] = total;
  }

  private void addAny(Column column, HistogramCells<HistogramSum> cells, int from, int to) {
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

  private void addHistogram(int step, FloatHistogram histogram, HistogramCells<HistogramSum> cells)
      throws IncompatibleSchemasException {
    cells.see(step);
    HistogramSum sum = cells.get(step);
    if (sum != null) {
      sum.add(histogram);
    } else if (Column.isAbsent(values[step])) {
      cells.set(step, new HistogramSum(histogram));
    }
  }

  @Override
  public Column result(Labels labels, boolean nameless) {
    for (int step = 0; step < values.length; step++) {
      if (!Column.isAbsent(values[step])) {
        values[step] += errors[step];
      }
    }
    if (sums == null) {
      return super.result(labels, nameless);
    }
    FloatHistogram[] histograms =
        sums.result(values, this::noteMixture, sum -> sum.result().compact());
    return new Column(labels, nameless, values, histograms);
  }
}
