// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.corpus;

import io.harvester.query.corpus.CorpusCommand.Eval;
import io.harvester.query.corpus.CorpusCommand.Expectation;
import io.harvester.query.corpus.SeriesNotation.SequenceValue;
import io.harvester.query.corpus.SeriesNotation.Series;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.Side;
import io.harvester.query.value.QueryResult;
import io.harvester.query.value.ResultSeries;
import io.harvester.query.value.VectorSample;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compares results with what a script expects, as Prometheus's own tests do. */
final class Comparison {
  private static final double EPSILON = 0.000001;
  private static final long STALE_BITS = 0x7ff0000000000002L;

  private final Eval eval;

  Comparison(Eval eval) {
    this.eval = eval;
  }

  /** Fails if the result is not the expected one. */
  void check(QueryResult result) {
    if (result instanceof QueryResult.Scalar scalar) {
      expect(eval.scalar(), "a scalar");
      number(eval.expected().values().iterator().next().values().get(0), scalar.value(), "scalar");
    } else if (result instanceof QueryResult.Vector vector) {
      expect(!eval.scalar(), "a vector " + vector);
      vector(vector.samples());
    } else if (result instanceof QueryResult.Matrix matrix) {
      expect(!eval.scalar() && !eval.expects(Expectation.ORDERED), "a matrix");
      matrix(matrix.series());
    } else {
      expect(false, result.toString());
    }
  }

  private static void expect(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError("unexpected: " + message);
    }
  }

  private void vector(List<VectorSample> samples) {
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < samples.size(); i++) {
      VectorSample sample = samples.get(i);
      Series expected = eval.expected().get(sample.labels());
      expect(expected != null, sample.toString());
      expect(seen.add(sample.labels()), "twice: " + sample);
      if (eval.expects(Expectation.ORDERED)) {
        expect(eval.order().get(i).equals(sample.labels()), "place " + i + " of " + sample);
      }
      value(
          expected.values().get(0), sample.value(), sample.histogram(), sample.labels().toString());
    }
    eval.expected().keySet().forEach(labels -> expect(seen.contains(labels), "no " + labels));
  }

  private void value(SequenceValue expected, double value, FloatHistogram actual, String name) {
    expect((expected.histogram() == null) == (actual == null), name + " " + actual);
    if (actual == null) {
      number(expected, value, name);
    } else {
      expect(
          isEqual(expected.histogram().compact(), actual.compact()),
          name + " " + actual + ", expected " + expected.histogram());
    }
  }

  private static void number(SequenceValue expected, double actual, String name) {
    expect(
        isEqual(expected.value(), actual), name + " " + actual + ", expected " + expected.value());
  }

  private void matrix(List<ResultSeries> all) {
    Set<Object> seen = new HashSet<>();
    ResultSeries previous = null;
    for (ResultSeries series : all) {
      Series expected = eval.expected().get(series.labels());
      expect(expected != null, text(series));
      expect(seen.add(series.labels()), "twice: " + series.labels());
      expect(
          previous == null || previous.labels().compareTo(series.labels()) <= 0,
          "order of " + series.labels());
      previous = series;
      int at = 0;
      for (int i = 0; i < expected.values().size(); i++) {
        long time = eval.start() + i * eval.step();
        if (expected.values().get(i).omitted()) {
          continue;
        }
        expect(at < series.times().length && series.times()[at] == time, i + " of " + text(series));
        FloatHistogram histogram = series.histograms() == null ? null : series.histograms()[at];
        value(expected.values().get(i), series.values()[at], histogram, i + " of " + text(series));
        at++;
      }
      expect(at == series.times().length, "more points: " + text(series));
    }
    eval.expected().keySet().forEach(labels -> expect(seen.contains(labels), "no " + labels));
  }

  private static String text(ResultSeries series) {
    return series.labels()
        + " "
        + Arrays.toString(series.times())
        + " "
        + Arrays.toString(series.values())
        + " "
        + Arrays.toString(series.histograms());
  }

  private static boolean isEqual(FloatHistogram expected, FloatHistogram actual) {
    return expected.schema() == actual.schema()
        && isEqual(expected.count(), actual.count())
        && isEqual(expected.sum(), actual.sum())
        && (!expected.isCustom() || Arrays.equals(expected.customValues(), actual.customValues()))
        && expected.zeroThreshold() == actual.zeroThreshold()
        && isEqual(expected.zeroCount(), actual.zeroCount())
        && isEqual(expected.positive(), actual.positive())
        && isEqual(expected.negative(), actual.negative());
  }

  private static boolean isEqual(Side expected, Side actual) {
    if (!Arrays.equals(expected.offsets(), actual.offsets())
        || !Arrays.equals(expected.lengths(), actual.lengths())
        || expected.counts().length != actual.counts().length) {
      return false;
    }
    for (int i = 0; i < expected.counts().length; i++) {
      if (!isEqual(expected.counts()[i], actual.counts()[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isEqual(double left, double right) {
    boolean leftStale = Double.doubleToRawLongBits(left) == STALE_BITS;
    boolean rightStale = Double.doubleToRawLongBits(right) == STALE_BITS;
    if (leftStale || rightStale) {
      return leftStale && rightStale;
    }
    if ((Double.isNaN(left) && Double.isNaN(right)) || left == right) {
      return true;
    }
    double sum = Math.abs(left) + Math.abs(right);
    double difference = Math.abs(left - right);
    if (left == 0 || right == 0 || sum < Double.MIN_NORMAL) {
      return difference < EPSILON * Double.MIN_NORMAL;
    }
    return difference / Math.min(sum, Double.MAX_VALUE) < EPSILON;
  }
}
