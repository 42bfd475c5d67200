// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Grid;
import io.harvester.query.functions.Naming;
import io.harvester.query.functions.Samples;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.operators.Duplicates;
import io.harvester.query.value.Labels;
import io.harvester.query.value.QueryResult;
import io.harvester.query.value.ResultSeries;
import io.harvester.query.value.VectorSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Makes answers of values. */
final class Results {
  private final Grid grid;
  private final Naming naming;

  Results(Grid grid, Naming naming) {
    this.grid = grid;
    this.naming = naming;
  }

  /** The answer of an instant query. */
  QueryResult instant(Value value) {
    if (value instanceof Value.Scalar scalar) {
      return new QueryResult.Scalar(grid.start(), scalar.values()[0]);
    } else if (value instanceof Value.Text text) {
      return new QueryResult.Text(grid.start(), text.text());
    }
    List<VectorSample> samples = new ArrayList<>();
    for (Column column : named(((Value.Vector) value).columns())) {
      if (column.isPresent(0)) {
        FloatHistogram histogram = column.histogram(0);
        double number = histogram == null ? column.values()[0] : 0;
        samples.add(new VectorSample(column.labels(), grid.start(), number, histogram));
      }
    }
    return new QueryResult.Vector(samples);
  }

  /** The answer of a range query. */
  QueryResult range(Value value) {
    List<ResultSeries> series = new ArrayList<>();
    if (value instanceof Value.Scalar scalar) {
      series.add(series(Column.of(Labels.EMPTY, scalar.values())));
    } else if (value instanceof Value.Vector vector) {
      for (Column column : named(vector.columns())) {
        ResultSeries result = series(column);
        if (result.times().length > 0) {
          series.add(result);
        }
      }
    }
    series.sort(Comparator.comparing(ResultSeries::labels));
    return new QueryResult.Matrix(series);
  }

  /** Drops the names that are still to be dropped. */
  private List<Column> named(List<Column> columns) {
    if (naming == Naming.AT_ONCE) {
      return columns;
    }
    List<Column> named = new ArrayList<>(columns.size());
    for (Column column : columns) {
      named.add(
          column.nameless() ? column.with(column.labels().withoutMetricName(), false) : column);
    }
    Duplicates.refuse(named);
    return named;
  }

  private ResultSeries series(Column column) {
    int count = 0;
    for (int step = 0; step < grid.count(); step++) {
      count += column.isPresent(step) ? 1 : 0;
    }
    long[] times = new long[count];
    double[] values = new double[count];
    FloatHistogram[] histograms = column.histograms() == null ? null : new FloatHistogram[count];
    int at = 0;
    for (int step = 0; step < grid.count(); step++) {
      if (column.isPresent(step)) {
        times[at] = grid.time(step);
        values[at] = column.values()[step];
        if (histograms != null) {
          histograms[at] = column.histograms()[step];
        }
        at++;
      }
    }
    return new ResultSeries(column.labels(), times, values, histograms);
  }

  /** The answer of an instant query for a range vector: the samples themselves. */
  QueryResult ofRange(RangeCalls.Range range) {
    long end = grid.start() - range.shift();
    List<ResultSeries> series = new ArrayList<>();
    for (Samples samples : range.series()) {
      ResultSeries result = cut(samples.live(), end - range.length(), end);
      if (result.times().length > 0) {
        series.add(result);
      }
    }
    series.sort(Comparator.comparing(ResultSeries::labels));
    return new QueryResult.Matrix(series);
  }

  private static ResultSeries cut(Samples samples, long start, long end) {
    int from = after(samples.times(), samples.count(), start);
    int to = after(samples.times(), samples.count(), end);
    int histogramCount = samples.histograms().length;
    int histogramFrom = after(samples.histogramTimes(), histogramCount, start);
    int histogramTo = after(samples.histogramTimes(), histogramCount, end);
    if (histogramFrom == histogramTo) {
      return new ResultSeries(
          samples.labels(),
          Arrays.copyOfRange(samples.times(), from, to),
          Arrays.copyOfRange(samples.values(), from, to),
          null);
    }
    int count = to - from + histogramTo - histogramFrom;
    long[] times = new long[count];
    double[] values = new double[count];
    FloatHistogram[] histograms = new FloatHistogram[count];
    for (int i = 0; i < count; i++) {
      boolean isFloat =
          histogramFrom == histogramTo
              || (from < to && samples.times()[from] < samples.histogramTimes()[histogramFrom]);
      if (isFloat) {
        times[i] = samples.times()[from];
        values[i] = samples.values()[from++];
      } else {
        times[i] = samples.histogramTimes()[histogramFrom];
        histograms[i] = samples.histograms()[histogramFrom++];
      }
    }
    return new ResultSeries(samples.labels(), times, values, histograms);
  }

  /** How many times are at or before a time. */
  private static int after(long[] times, int count, long time) {
    int at = Arrays.binarySearch(times, 0, count, time);
    return at < 0 ? -at - 1 : at + 1;
  }
}
