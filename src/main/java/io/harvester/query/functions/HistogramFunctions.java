// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

import io.harvester.query.histogram.Estimate;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.promql.Position;
import io.harvester.query.text.GoNumber;
import io.harvester.query.text.GoText;
import io.harvester.query.value.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * {@code histogram_quantile}, {@code histogram_fraction}, and functions of one native histogram.
 */
public final class HistogramFunctions {
  private static final String BOUND = "le";

  /** What is computed from a histogram at a step. */
  public sealed interface Question {
    /** A quantile per step. */
    record Quantile(double[] quantiles) implements Question {}

    /** The part between two values per step. */
    record Fraction(double[] lower, double[] upper) implements Question {}
  }

  private final Question question;
  private final Naming naming;
  private final Notes notes;
  private final Position first;
  private final Position vector;

  /**
   * A call.
   *
   * @param first where the first argument stands in the query
   * @param vector where the vector stands
   */
  public HistogramFunctions(
      Question question, Naming naming, Notes notes, Position first, Position vector) {
    this.question = question;
    this.naming = naming;
    this.notes = notes;
    this.first = first;
    this.vector = vector;
  }

  /** A function of one native histogram by name; null if there is none. */
  public static ToDoubleFunction<FloatHistogram> of(String name) {
    return switch (name) {
      case "histogram_count" -> FloatHistogram::count;
      case "histogram_sum" -> FloatHistogram::sum;
      case "histogram_avg" -> FloatHistogram::avg;
      case "histogram_stddev" -> FloatHistogram::stdDev;
      case "histogram_stdvar" -> FloatHistogram::stdVar;
      default -> null;
    };
  }

  /** Applies the function to a vector with classic and native histograms. */
  public List<Column> apply(List<Column> columns, Grid grid) {
    if (question instanceof Question.Quantile quantile) {
      for (double q : quantile.quantiles()) {
        if (!(q >= 0 && q <= 1)) {
          notes.invalidQuantile(q, first);
        }
      }
    }
    Map<Labels, ClassicHistogram> classics = new LinkedHashMap<>();
    List<Column> natives = new ArrayList<>();
    for (Column column : columns) {
      addBucket(column, classics);
      if (column.histograms() != null) {
        natives.add(column);
      }
    }
    List<Column> result = new ArrayList<>();
    for (Column column : natives) {
      addNative(column, classics.get(column.labels()), grid, result);
    }
    for (ClassicHistogram classic : classics.values()) {
      Column column = classic.apply(question, grid, naming, notes, vector);
      if (column != null) {
        result.add(column);
      }
    }
    return result;
  }

  private void addBucket(Column column, Map<Labels, ClassicHistogram> classics) {
    boolean floats = false;
    for (int step = 0; step < column.values().length && !floats; step++) {
      floats = column.hasFloat(step);
    }
    if (!floats) {
      return;
    }
    String text = column.labels().value(BOUND);
    try {
      double bound = GoNumber.parse(text);
      classics
          .computeIfAbsent(column.labels().without(List.of(BOUND)), ClassicHistogram::new)
          .add(bound, column);
    } catch (NumberFormatException e) {
      notes.warning(
          "bucket label \"le\" is missing or has a malformed value of "
              + GoText.quote(text)
              + " for metric name "
              + GoText.quote(column.labels().metricName()),
          vector);
    }
  }

  private void addNative(Column column, ClassicHistogram same, Grid grid, List<Column> result) {
    double[] values = Column.absent(grid.count());
    boolean any = false;
    Labels labels = naming.drop(column.labels());
    for (int step = 0; step < values.length; step++) {
      FloatHistogram histogram = column.histograms()[step];
      if (histogram == null) {
        continue;
      }
      if (same != null && same.hasBuckets(step)) {
        same.exclude(step);
        notes.warning(
            "vector contains a mix of classic and native histograms for metric name "
                + GoText.quote(column.labels().metricName()),
            vector);
        continue;
      }
      values[step] = estimate(histogram, step, labels.metricName());
      any = true;
    }
    if (any) {
      result.add(new Column(labels, true, values, null));
    }
  }

  private double estimate(FloatHistogram histogram, int step, String metric) {
    Estimate estimate;
    if (question instanceof Question.Quantile quantile) {
      estimate = histogram.estimateQuantile(quantile.quantiles()[step]);
    } else {
      Question.Fraction fraction = (Question.Fraction) question;
      estimate = histogram.estimateFraction(fraction.lower()[step], fraction.upper()[step]);
    }
    String name = " for metric name " + GoText.quote(metric);
    switch (estimate.remark()) {
      case NONE -> {}
      case QUANTILE_IS_NAN ->
          notes.info(
              "input to histogram_quantile has NaN observations, result is NaN" + name, first);
      case QUANTILE_IS_SKEWED ->
          notes.info(
              "input to histogram_quantile has NaN observations, result is skewed higher" + name,
              first);
      case FRACTION_EXCLUDES_NAN ->
          notes.info(
              "input to histogram_fraction has NaN observations, which are excluded from all"
                  + " fractions"
                  + name,
              first);
    }
    return estimate.value();
  }
}
