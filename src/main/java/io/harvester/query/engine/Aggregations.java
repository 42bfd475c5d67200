// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.aggregation.GroupColumn;
import io.harvester.query.aggregation.Groups;
import io.harvester.query.aggregation.RankedSeries;
import io.harvester.query.aggregation.RatioSample;
import io.harvester.query.aggregation.ValueCounts;
import io.harvester.query.functions.Column;
import io.harvester.query.functions.EvaluationException;
import io.harvester.query.functions.Grid;
import io.harvester.query.functions.LabelFunctions;
import io.harvester.query.functions.MathFunctions;
import io.harvester.query.operators.Duplicates;
import io.harvester.query.promql.Aggregation;
import io.harvester.query.promql.Aggregator;
import io.harvester.query.promql.Position;
import io.harvester.query.text.GoNumber;
import io.harvester.query.text.GoText;
import java.util.ArrayList;
import java.util.List;

/** Aggregations over the series of a vector. */
final class Aggregations {
  /** Rough cost of a sample, in ns. */
  private static final long SAMPLE_COST = 4;

  private final Evaluator evaluator;
  private final Evaluator.Context context;

  Aggregations(Evaluator evaluator, Evaluator.Context context) {
    this.evaluator = evaluator;
    this.context = context;
  }

  /** The value of an aggregation. */
  List<Column> eval(Aggregation aggregation, Grid grid) {
    if (aggregation.aggregator() == Aggregator.COUNT_VALUES) {
      return countValues(aggregation, grid);
    }
    double[] parameters =
        aggregation.parameter().isPresent()
            ? evaluator.parameter(Expressions.unwrap(aggregation.parameter().get()), grid)
            : new double[grid.count()];
    List<Column> columns = evaluator.vector(aggregation.expr(), grid);
    return switch (aggregation.aggregator()) {
      case TOPK, BOTTOMK, LIMITK -> ranked(aggregation, columns, parameters, grid);
      case LIMIT_RATIO -> sampled(aggregation, columns, parameters);
      default -> grouped(aggregation, columns, parameters, grid);
    };
  }

  private List<Column> countValues(Aggregation aggregation, Grid grid) {
    String label = Expressions.text(aggregation.parameter().orElseThrow());
    if (!LabelFunctions.isLabelName(label)) {
      throw new EvaluationException("invalid label name " + GoText.quote(label));
    }
    List<Column> columns = evaluator.vector(aggregation.expr(), grid);
    return Duplicates.merge(
        new ValueCounts(aggregation, label, grid, () -> context.budget().hold(1, grid.count()))
            .of(columns),
        grid,
        context.naming());
  }

  private List<Column> ranked(
      Aggregation aggregation, List<Column> columns, double[] parameters, Grid grid) {
    if (max(parameters) < 1) {
      return List.of();
    }
    Groups groups = Groups.of(columns, aggregation);
    context.budget().hold(columns.size(), grid.count());
    return new RankedSeries(
            aggregation, columns, groups, grid, context.notes(), context.budget()::check)
        .of(parameters);
  }

  private List<Column> sampled(Aggregation aggregation, List<Column> columns, double[] parameters) {
    double max = max(parameters);
    double min = min(parameters);
    if (max == 0 && min == 0) {
      return List.of();
    }
    Position position = Expressions.unwrap(aggregation.parameter().orElseThrow()).position();
    if (max > 1) {
      noteRatio(max, 1, position);
    }
    if (min < -1) {
      noteRatio(min, -1, position);
    }
    return new RatioSample(parameters).of(columns, Groups.of(columns, aggregation));
  }

  private void noteRatio(double ratio, double limit, Position position) {
    context
        .notes()
        .warning(
            "ratio value should be between -1 and 1, got "
                + GoNumber.general(ratio)
                + ", capping to "
                + GoNumber.general(limit),
            position);
  }

  private static double max(double[] values) {
    double max = -Double.MAX_VALUE;
    for (double value : values) {
      max = MathFunctions.max(max, value);
    }
    return max;
  }

  private static double min(double[] values) {
    double min = Double.MAX_VALUE;
    for (double value : values) {
      min = MathFunctions.min(min, value);
    }
    return min;
  }

  private List<Column> grouped(
      Aggregation aggregation, List<Column> columns, double[] parameters, Grid grid) {
    if (aggregation.aggregator() == Aggregator.QUANTILE) {
      noteQuantiles(aggregation, parameters);
    }
    Groups groups = Groups.of(columns, aggregation);
    context.budget().hold(3L * groups.count(), grid.count());
    GroupColumn[] results = new GroupColumn[groups.count()];
    for (int group = 0; group < results.length; group++) {
      results[group] = GroupColumn.of(aggregation, parameters, grid.count(), context.notes());
    }
    // divided by steps, so that the values of a group are added in the order of the series
    context
        .workers()
        .divide(
            grid.count(),
            SAMPLE_COST * columns.size() * grid.count(),
            (from, to) -> {
              for (int i = 0; i < columns.size(); i++) {
                evaluator.checkSometimes(i);
                results[groups.of(i)].add(columns.get(i), from, to);
              }
            });
    List<Column> result = new ArrayList<>(results.length);
    for (int group = 0; group < results.length; group++) {
      // Prometheus takes this from the series with the number of the group
      boolean nameless = columns.get(group).nameless();
      Column column = results[group].result(groups.labels(group), nameless);
      if (column.isPresent()) {
        result.add(column);
      }
    }
    return result;
  }

  private void noteQuantiles(Aggregation aggregation, double[] quantiles) {
    Position position = Expressions.unwrap(aggregation.parameter().orElseThrow()).position();
    for (double quantile : quantiles) {
      if (Double.isNaN(quantile)) {
        context.notes().invalidQuantile(quantile, position);
        break;
      }
    }
    if (max(quantiles) > 1) {
      context.notes().invalidQuantile(max(quantiles), position);
    }
    if (min(quantiles) < 0) {
      context.notes().invalidQuantile(min(quantiles), position);
    }
  }
}
