// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.DateFunctions;
import io.harvester.query.functions.Grid;
import io.harvester.query.functions.HistogramFunctions;
import io.harvester.query.functions.HistogramFunctions.Question;
import io.harvester.query.functions.LabelFunctions;
import io.harvester.query.functions.MathFunctions;
import io.harvester.query.functions.SortFunctions;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.operators.Duplicates;
import io.harvester.query.promql.Call;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.VectorSelector;
import io.harvester.query.value.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import java.util.function.ToDoubleFunction;

/** Calls of functions that take instant vectors, scalars or nothing. */
final class Calls {
  private final Evaluator evaluator;
  private final Evaluator.Context context;

  Calls(Evaluator evaluator, Evaluator.Context context) {
    this.evaluator = evaluator;
    this.context = context;
  }

  /** A function of a float at a step. */
  private interface FloatFunction {
    double of(double value, int step);
  }

  /** The value of a call. */
  Value eval(Call call, Grid grid) {
    String name = call.function().name();
    switch (name) {
      case "time" -> {
        return new Value.Scalar(times(grid));
      }
      case "pi" -> {
        double[] values = new double[grid.count()];
        Arrays.fill(values, Math.PI);
        return new Value.Scalar(values);
      }
      case "scalar" -> {
        return new Value.Scalar(scalar(vector(call, 0, grid), grid));
      }
      case "vector" -> {
        return new Value.Vector(List.of(Column.of(Labels.EMPTY, number(call, 0, grid))));
      }
      default -> {
        return new Value.Vector(vector(call, name, grid));
      }
    }
  }

  private List<Column> vector(Call call, String name, Grid grid) {
    switch (name) {
      case "label_replace", "label_join" -> {
        return relabeled(call, name, grid);
      }
      case "info" -> {
        return new InfoJoin(evaluator, context).eval(call, grid);
      }
      case "absent" -> {
        return Absence.of(
            vector(call, 0, grid), grid, Expressions.unwrap(call.arguments().get(0)), false);
      }
      case "sort", "sort_desc" -> {
        return SortFunctions.byValue(vector(call, 0, grid), grid, name.equals("sort_desc"));
      }
      case "sort_by_label", "sort_by_label_desc" -> {
        return SortFunctions.byLabels(
            vector(call, 0, grid), texts(call, 1), name.equals("sort_by_label_desc"));
      }
      default -> {
        // two series may get the same labels, as long as they are not present at the same time
        return Duplicates.merge(computed(call, name, grid), grid, context.naming());
      }
    }
  }

  private List<Column> computed(Call call, String name, Grid grid) {
    switch (name) {
      case "timestamp" -> {
        return timestamp(call, grid);
      }
      case "clamp" -> {
        return clamp(call, grid, number(call, 1, grid), number(call, 2, grid));
      }
      case "clamp_min" -> {
        return clamp(call, grid, number(call, 1, grid), filled(grid, Double.POSITIVE_INFINITY));
      }
      case "clamp_max" -> {
        return clamp(call, grid, filled(grid, Double.NEGATIVE_INFINITY), number(call, 1, grid));
      }
      case "round" -> {
        double[] multiples = call.arguments().size() > 1 ? number(call, 1, grid) : filled(grid, 1);
        return floats(
            vector(call, 0, grid), (value, step) -> MathFunctions.round(value, multiples[step]));
      }
      case "histogram_quantile" -> {
        return histograms(call, grid, 1, new Question.Quantile(number(call, 0, grid)));
      }
      case "histogram_fraction" -> {
        return histograms(
            call, grid, 2, new Question.Fraction(number(call, 0, grid), number(call, 1, grid)));
      }
      default -> {
        return simple(call, name, grid);
      }
    }
  }

  private List<Column> simple(Call call, String name, Grid grid) {
    ToDoubleFunction<FloatHistogram> ofHistogram = HistogramFunctions.of(name);
    if (ofHistogram != null) {
      return ofHistograms(vector(call, 0, grid), ofHistogram);
    }
    LongToDoubleFunction ofDate = DateFunctions.of(name);
    if (ofDate != null) {
      return ofDate(call, grid, ofDate);
    }
    var function = MathFunctions.of(name);
    if (function == null) {
      throw new IllegalStateException("function without implementation: " + name);
    }
    return floats(vector(call, 0, grid), (value, step) -> function.applyAsDouble(value));
  }

  private List<Column> vector(Call call, int argument, Grid grid) {
    return evaluator.vector(call.arguments().get(argument), grid);
  }

  private double[] number(Call call, int argument, Grid grid) {
    return evaluator.scalar(call.arguments().get(argument), grid);
  }

  private static List<String> texts(Call call, int from) {
    return call.arguments().stream().skip(from).map(Expressions::text).toList();
  }

  private static double[] filled(Grid grid, double value) {
    double[] values = new double[grid.count()];
    Arrays.fill(values, value);
    return values;
  }

  private static double[] times(Grid grid) {
    double[] values = new double[grid.count()];
    for (int step = 0; step < values.length; step++) {
      values[step] = grid.time(step) / 1000.0;
    }
    return values;
  }

  /** The only float of each step; NaN where there is none or several. */
  private static double[] scalar(List<Column> columns, Grid grid) {
    double[] values = filled(grid, Double.NaN);
    boolean[] found = new boolean[values.length];
    for (Column column : columns) {
      for (int step = 0; step < values.length; step++) {
        if (column.hasFloat(step)) {
          values[step] = found[step] ? Double.NaN : column.values()[step];
          found[step] = true;
        }
      }
    }
    return values;
  }

  private List<Column> relabeled(Call call, String name, Grid grid) {
    List<String> texts = texts(call, 1);
    List<Column> relabeled;
    if (name.equals("label_replace")) {
      var pattern = LabelFunctions.pattern(texts.get(3));
      relabeled =
          LabelFunctions.replace(
              vector(call, 0, grid), texts.get(0), texts.get(1), texts.get(2), pattern);
    } else {
      relabeled =
          LabelFunctions.join(
              vector(call, 0, grid), texts.get(0), texts.get(1), texts.subList(2, texts.size()));
    }
    Duplicates.refuse(relabeled);
    return relabeled;
  }

  /** The time of the sample that a selector selects, else the time of the step. */
  private List<Column> timestamp(Call call, Grid grid) {
    Expr argument = Expressions.unwrap(call.arguments().get(0));
    if (argument instanceof VectorSelector selector) {
      boolean fixed = selector.modifier().at().isPresent();
      List<Column> columns = evaluator.select(selector, fixed ? grid.first() : grid, true);
      List<Column> result = new ArrayList<>(columns.size());
      for (Column column : columns) {
        double[] values = fixed ? filled(grid, column.values()[0]) : column.values();
        result.add(new Column(column.labels(), false, values, null).withoutName(context.naming()));
      }
      return result;
    }
    double[] times = times(grid);
    List<Column> result = new ArrayList<>();
    for (Column column : vector(call, 0, grid)) {
      double[] values = new double[times.length];
      for (int step = 0; step < values.length; step++) {
        values[step] = column.isPresent(step) ? times[step] : Column.ABSENT;
      }
      result.add(new Column(column.labels(), false, values, null).withoutName(context.naming()));
    }
    return result;
  }

  private List<Column> clamp(Call call, Grid grid, double[] min, double[] max) {
    return floats(
        vector(call, 0, grid),
        (value, step) ->
            max[step] < min[step]
                ? Column.ABSENT
                : MathFunctions.max(min[step], MathFunctions.min(max[step], value)));
  }

  /** Applies a function to floats; histograms are left out. */
  private List<Column> floats(List<Column> columns, FloatFunction function) {
    List<Column> result = new ArrayList<>(columns.size());
    for (Column column : columns) {
      evaluator.checkSometimes(result.size());
      double[] values = column.values();
      double[] computed = new double[values.length];
      boolean any = false;
      for (int step = 0; step < values.length; step++) {
        double value = values[step];
        computed[step] = Column.isAbsent(value) ? Column.ABSENT : function.of(value, step);
        any |= !Column.isAbsent(computed[step]);
      }
      if (any) {
        result.add(new Column(context.naming().drop(column.labels()), true, computed, null));
      }
    }
    return result;
  }

  private List<Column> ofDate(Call call, Grid grid, LongToDoubleFunction function) {
    if (call.arguments().isEmpty()) {
      double[] values = new double[grid.count()];
      for (int step = 0; step < values.length; step++) {
        values[step] = function.applyAsDouble(grid.time(step) / 1000);
      }
      return List.of(Column.of(Labels.EMPTY, values));
    }
    return floats(
        vector(call, 0, grid),
        (value, step) -> function.applyAsDouble(DateFunctions.seconds(value)));
  }

  private List<Column> ofHistograms(
      List<Column> columns, ToDoubleFunction<FloatHistogram> function) {
    List<Column> result = new ArrayList<>();
    for (Column column : columns) {
      if (column.histograms() == null) {
        continue;
      }
      double[] values = Column.absent(column.values().length);
      for (int step = 0; step < values.length; step++) {
        FloatHistogram histogram = column.histograms()[step];
        if (histogram != null) {
          values[step] = function.applyAsDouble(histogram);
        }
      }
      result.add(new Column(context.naming().drop(column.labels()), true, values, null));
    }
    return result;
  }

  private List<Column> histograms(Call call, Grid grid, int vector, Question question) {
    return new HistogramFunctions(
            question,
            context.naming(),
            context.notes(),
            Expressions.position(call, 0),
            Expressions.position(call, vector))
        .apply(vector(call, vector, grid), grid);
  }
}
