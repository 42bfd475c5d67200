// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.engine.QueryException.Kind;
import io.harvester.query.functions.Column;
import io.harvester.query.functions.Grid;
import io.harvester.query.functions.Naming;
import io.harvester.query.functions.Samples;
import io.harvester.query.functions.range.RangeCall;
import io.harvester.query.histogram.CounterReset;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.operators.Duplicates;
import io.harvester.query.promql.Call;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.MatrixSelector;
import io.harvester.query.promql.Modifier;
import io.harvester.query.promql.Position;
import io.harvester.query.promql.Subquery;
import io.harvester.query.value.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Calls of functions that take a range vector. */
final class RangeCalls {
  /** Rough cost of a window, in ns. */
  private static final long WINDOW_COST = 30;

  private final Evaluator evaluator;
  private final Evaluator.Context context;

  /**
   * A range vector: the series, and how far before each step their range ends and how long it is.
   */
  record Range(List<Samples> series, long shift, long length, boolean fixed, Position position) {}

  RangeCalls(Evaluator evaluator, Evaluator.Context context) {
    this.evaluator = evaluator;
    this.context = context;
  }

  /** Whether a call has a range vector as argument. */
  boolean hasRange(Call call) {
    return rangeArgument(call) >= 0;
  }

  private static int rangeArgument(Call call) {
    for (int i = 0; i < call.arguments().size(); i++) {
      Expr argument = Expressions.unwrap(call.arguments().get(i));
      if (argument instanceof MatrixSelector || argument instanceof Subquery) {
        return i;
      }
    }
    return -1;
  }

  /** The value of a call. */
  Value eval(Call call, Grid grid) {
    int rangeArgument = rangeArgument(call);
    Expr argument = Expressions.unwrap(call.arguments().get(rangeArgument));
    Range range = range(argument, grid);
    List<double[]> scalars = new ArrayList<>();
    for (int i = 0; i < call.arguments().size(); i++) {
      if (i != rangeArgument) {
        scalars.add(evaluator.scalar(call.arguments().get(i), grid));
      }
    }
    RangeCall kernel =
        new RangeCall(
            call.function().name(),
            grid,
            range.length(),
            range.shift(),
            range.fixed(),
            scalars,
            context.naming(),
            context.notes(),
            range.position(),
            Expressions.position(call, 0),
            context.budget()::check);
    List<Column> columns = apply(kernel, range.series(), grid);
    if (call.function().name().equals("absent_over_time")) {
      return new Value.Vector(Absence.of(columns, grid, argument, true));
    }
    if (context.naming() == Naming.AT_ONCE) {
      Duplicates.refuse(columns);
    }
    return new Value.Vector(columns);
  }

  private List<Column> apply(RangeCall kernel, List<Samples> series, Grid grid) {
    context.budget().hold(series.size(), grid.count());
    Column[] columns = new Column[series.size()];
    context
        .workers()
        .divide(
            columns.length,
            WINDOW_COST * columns.length * grid.count(),
            (from, to) -> {
              long taken = 0;
              for (int i = from; i < to; i++) {
                evaluator.checkSometimes(i);
                RangeCall.Result result = kernel.apply(series.get(i));
                columns[i] = result.column();
                taken += result.samples();
              }
              context.budget().take(taken);
            });
    List<Column> present = new ArrayList<>(columns.length);
    for (Column column : columns) {
      if (column != null) {
        present.add(column);
      }
    }
    return present;
  }

  /** The range vector that an expression stands for. */
  Range range(Expr expr, Grid grid) {
    Modifier modifier;
    List<Samples> series;
    long length;
    Position position;
    if (expr instanceof MatrixSelector matrix) {
      modifier = matrix.selector().modifier();
      series = context.windows().of(matrix.selector()).series();
      length = Expressions.length(matrix.range());
      position = matrix.position();
    } else {
      Subquery subquery = (Subquery) expr;
      modifier = subquery.modifier();
      length = Expressions.length(subquery.range());
      series = evaluate(subquery, length, grid);
      position = new Position(0, 0); // Prometheus loses the place of a subquery
    }
    long first = context.windows().fixed(modifier, grid.start());
    long shift = grid.start() - first + Expressions.offset(modifier);
    return new Range(series, shift, length, modifier.at().isPresent(), position);
  }

  private List<Samples> evaluate(Subquery subquery, long length, Grid grid) {
    Modifier modifier = subquery.modifier();
    long offset = Expressions.offset(modifier);
    long first = context.windows().fixed(modifier, grid.start()) - offset;
    long last = context.windows().fixed(modifier, grid.end()) - offset;
    long step =
        subquery.step().isPresent()
            ? Expressions.length(subquery.step().get())
            : context.defaultStep();
    step = Math.max(1, step);
    long start = step * ((first - length) / step);
    if (start <= first - length) {
      start += step;
    }
    long count = last < start ? 0 : (last - start) / step + 1;
    if (count > Integer.MAX_VALUE / 2) {
      throw new QueryFailure(
          Kind.TOO_LARGE, "subquery of " + count + " steps, the limit is " + Integer.MAX_VALUE / 2);
    }
    Grid inner = new Grid(start, step, (int) count);
    context.budget().hold(count);
    Value value = evaluator.eval(subquery.expr(), inner);
    if (value instanceof Value.Scalar scalar) {
      return List.of(samples(Column.of(Labels.EMPTY, scalar.values()), inner));
    }
    List<Samples> series = new ArrayList<>();
    for (Column column : ((Value.Vector) value).columns()) {
      series.add(samples(column, inner));
    }
    return series;
  }

  private static Samples samples(Column column, Grid grid) {
    long[] times = new long[grid.count()];
    double[] values = new double[grid.count()];
    int count = 0;
    long[] histogramTimes = new long[column.histograms() == null ? 0 : grid.count()];
    FloatHistogram[] histograms = new FloatHistogram[histogramTimes.length];
    int histogramCount = 0;
    for (int step = 0; step < grid.count(); step++) {
      if (column.hasFloat(step)) {
        times[count] = grid.time(step);
        values[count++] = column.values()[step];
      } else if (column.histogram(step) != null) {
        histogramTimes[histogramCount] = grid.time(step);
        histograms[histogramCount++] = withoutHint(column.histogram(step));
      }
    }
    return new Samples(
        column.labels(),
        times,
        values,
        count,
        Arrays.copyOf(histogramTimes, histogramCount),
        Arrays.copyOf(histograms, histogramCount));
  }

  /**
   * A subquery repeats or skips samples, so what a histogram says of the one before is not true.
   */
  private static FloatHistogram withoutHint(FloatHistogram histogram) {
    return histogram.hint() == CounterReset.GAUGE
        ? histogram
        : histogram.withHint(CounterReset.UNKNOWN);
  }
}
