// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Grid;
import io.harvester.query.functions.Naming;
import io.harvester.query.functions.Notes;
import io.harvester.query.functions.Samples;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.operators.Duplicates;
import io.harvester.query.promql.Aggregation;
import io.harvester.query.promql.Binary;
import io.harvester.query.promql.Call;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.NumberLiteral;
import io.harvester.query.promql.Paren;
import io.harvester.query.promql.StringLiteral;
import io.harvester.query.promql.Unary;
import io.harvester.query.promql.VectorSelector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Evaluates the expressions of one query. Each operator takes and returns columns of all steps. */
final class Evaluator {
  /** What all operators of a query share. */
  record Context(
      SelectorWindows windows,
      SeriesCollector collector,
      Budget budget,
      Notes notes,
      Naming naming,
      Workers workers,
      long lookback,
      long defaultStep) {}

  private final Context context;
  private final RangeCalls rangeCalls;
  private final Calls calls;
  private final Aggregations aggregations;
  private final BinaryOperators binaries;

  /** Above 0: inside the parameter of an aggregation, whose fixed times move with the steps. */
  private int parameters;

  Evaluator(Context context) {
    this.context = context;
    this.rangeCalls = new RangeCalls(this, context);
    this.calls = new Calls(this, context);
    this.aggregations = new Aggregations(this, context);
    this.binaries = new BinaryOperators(this, context);
  }

  /** The value of an expression at the steps of a grid. */
  Value eval(Expr expr, Grid grid) {
    context.budget().check();
    if (grid.count() == 0) {
      return expr instanceof StringLiteral literal
          ? new Value.Text(literal.value())
          : Value.Vector.NONE;
    }
    boolean once = grid.count() > 1 && parameters == 0 && Expressions.isInvariant(expr);
    long held = context.budget().held();
    Value value = once ? repeat(dispatch(expr, grid.first()), grid) : dispatch(expr, grid);
    long size =
        value instanceof Value.Vector vector ? (long) vector.columns().size() * grid.count() : 0;
    context.budget().settle(held);
    context.budget().hold(size);
    return value;
  }

  /** The vector that an expression evaluates to. */
  List<Column> vector(Expr expr, Grid grid) {
    return ((Value.Vector) eval(expr, grid)).columns();
  }

  /** The numbers that an expression evaluates to. */
  double[] scalar(Expr expr, Grid grid) {
    return eval(expr, grid) instanceof Value.Scalar scalar ? scalar.values() : new double[0];
  }

  /** The numbers of an aggregation's parameter. */
  double[] parameter(Expr expr, Grid grid) {
    parameters++;
    try {
      return scalar(expr, grid);
    } finally {
      parameters--;
    }
  }

  private Value dispatch(Expr expr, Grid grid) {
    if (expr instanceof VectorSelector selector) {
      return new Value.Vector(select(selector, grid, false));
    } else if (expr instanceof Call call) {
      return rangeCalls.hasRange(call) ? rangeCalls.eval(call, grid) : calls.eval(call, grid);
    } else if (expr instanceof Aggregation aggregation) {
      return new Value.Vector(aggregations.eval(aggregation, grid));
    } else if (expr instanceof Binary binary) {
      return binaries.eval(binary, grid);
    } else if (expr instanceof Paren paren) {
      return eval(paren.expr(), grid);
    } else if (expr instanceof Unary unary) {
      return unary(unary, eval(unary.expr(), grid), grid);
    } else if (expr instanceof NumberLiteral literal) {
      double[] values = new double[grid.count()];
      Arrays.fill(values, literal.value());
      return new Value.Scalar(values);
    } else if (expr instanceof StringLiteral literal) {
      return new Value.Text(literal.value());
    }
    throw new IllegalStateException("range vector as operand: " + expr);
  }

  /** The newest samples of the series that a selector selects, or the times of these samples. */
  List<Column> select(VectorSelector selector, Grid grid, boolean times) {
    List<Samples> series = context.windows().of(selector).series();
    // a fixed time is the one of the first step; it moves in parameters only
    long first = context.windows().fixed(selector.modifier(), grid.start());
    long shift = grid.start() - first;
    if (!times
        || selector.modifier().at().isEmpty()) { // Prometheus's timestamp() ignores it with @
      shift += Expressions.offset(selector.modifier());
    }
    return newest(series, grid, shift, times);
  }

  /** The newest sample of each series at the steps. */
  List<Column> newest(List<Samples> series, Grid grid, long shift, boolean times) {
    context.budget().hold(series.size(), grid.count());
    Column[] columns = new Column[series.size()];
    context
        .workers()
        .divide(
            columns.length,
            5L * columns.length * grid.count(),
            (from, to) -> {
              for (int i = from; i < to; i++) {
                checkSometimes(i);
                columns[i] = series.get(i).newest(grid, shift, context.lookback(), times);
              }
            });
    List<Column> present = new ArrayList<>(columns.length);
    for (Column column : columns) {
      if (column != null) {
        present.add(column);
      }
    }
    context.budget().take((long) present.size() * grid.count());
    return present;
  }

  void checkSometimes(int index) {
    if (index % 64 == 0) {
      context.budget().check();
    }
  }

  private Value unary(Unary unary, Value operand, Grid grid) {
    if (!unary.negative()) {
      return operand;
    }
    if (operand instanceof Value.Scalar scalar) {
      double[] values = new double[grid.count()];
      for (int i = 0; i < values.length; i++) {
        values[i] = -scalar.values()[i];
      }
      return new Value.Scalar(values);
    }
    List<Column> columns = ((Value.Vector) operand).columns();
    List<Column> negated = new ArrayList<>(columns.size());
    for (Column column : columns) {
      negated.add(negate(column).withoutName(context.naming()));
    }
    if (context.naming() == Naming.AT_ONCE) {
      Duplicates.refuse(negated);
    }
    return new Value.Vector(negated);
  }

  private static Column negate(Column column) {
    double[] values = new double[column.values().length];
    FloatHistogram[] histograms =
        column.histograms() == null ? null : new FloatHistogram[values.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.hasFloat(i) ? -column.values()[i] : Column.ABSENT;
      if (histograms != null && column.histograms()[i] != null) {
        histograms[i] = column.histograms()[i].negate();
      }
    }
    return new Column(column.labels(), column.nameless(), values, histograms);
  }

  /** The same value at all steps. */
  private Value repeat(Value value, Grid grid) {
    if (value instanceof Value.Scalar scalar) {
      double[] values = new double[grid.count()];
      Arrays.fill(values, scalar.values()[0]);
      return new Value.Scalar(values);
    }
    if (!(value instanceof Value.Vector vector)) {
      return value;
    }
    context.budget().hold(vector.columns().size(), grid.count());
    List<Column> columns = new ArrayList<>(vector.columns().size());
    for (Column column : vector.columns()) {
      double[] values = new double[grid.count()];
      Arrays.fill(values, column.values()[0]);
      FloatHistogram[] histograms = null;
      if (column.histogram(0) != null) {
        histograms = new FloatHistogram[values.length];
        Arrays.fill(histograms, column.histogram(0));
      }
      columns.add(new Column(column.labels(), column.nameless(), values, histograms));
    }
    return new Value.Vector(columns);
  }
}
