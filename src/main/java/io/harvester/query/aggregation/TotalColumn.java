// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Notes;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.HistogramTotal;
import io.harvester.query.histogram.IncompatibleSchemasException;
import io.harvester.query.promql.Aggregation;
import io.harvester.query.value.Labels;

/**
 * A total of floats or of histograms. A step with both has no result, and neither has one whose
 * histograms do not fit together.
 */
abstract class TotalColumn extends GroupColumn {
  /** What the additions of floats have lost to rounding. */
  final double[] errors;

  private HistogramCells histograms;

  TotalColumn(Aggregation aggregation, int steps, Notes notes) {
    super(aggregation, steps, notes);
    errors = new double[steps];
  }

  /** Takes a float into account. */
  abstract void addFloat(int step, double value);

  /** The total of the floats of a step, which has some. */
  abstract double floatResult(int step);

  /** Starts with a first histogram. */
  abstract HistogramTotal startWith(FloatHistogram first);

  @Override
  public final void add(Column column, int from, int to) {
    HistogramCells cells = cells(column);
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

  private synchronized HistogramCells cells(Column column) {
    if (histograms == null && column.histograms() != null) {
      histograms = new HistogramCells(values.length);
    }
    return histograms;
  }

  private void addAny(Column column, HistogramCells cells, int from, int to) {
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

  private void addHistogram(int step, FloatHistogram histogram, HistogramCells cells)
      throws IncompatibleSchemasException {
    cells.see(step);
    HistogramTotal total = cells.get(step);
    if (total != null) {
      total.add(histogram);
    } else if (Column.isAbsent(values[step])) {
      cells.set(step, startWith(histogram));
    }
  }

  @Override
  public final Column result(Labels labels, boolean nameless) {
    for (int step = 0; step < values.length; step++) {
      if (!Column.isAbsent(values[step])) {
        values[step] = floatResult(step);
      }
    }
    if (histograms == null) {
      return super.result(labels, nameless);
    }
    return new Column(labels, nameless, values, histograms.result(values, this::noteMixture));
  }
}
