// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.value.Labels;
import java.util.Arrays;

/**
 * The samples of a series at the steps of a grid. Columns are shared and never changed once an
 * operator has returned them.
 */
public final class Column {
  /** The bits of {@link #ABSENT}: the stale marker, which no operator returns as a value. */
  private static final long ABSENT_BITS = 0x7ff0000000000002L;

  /** The value of a step without a float. */
  public static final double ABSENT = Double.longBitsToDouble(ABSENT_BITS);

  private final Labels labels;
  private final boolean nameless;
  private final double[] values;
  private final FloatHistogram[] histograms;

  /**
   * A column.
   *
   * @param nameless whether the metric name is to be dropped at the end of the query
   * @param values one per step; {@link #ABSENT}: no float
   * @param histograms one per step or null; null: the series has none
   */
  public Column(Labels labels, boolean nameless, double[] values, FloatHistogram[] histograms) {
    this.labels = labels;
    this.nameless = nameless;
    this.values = values;
    this.histograms = histograms;
  }

  /** A column of floats. */
  public static Column of(Labels labels, double[] values) {
    return new Column(labels, false, values, null);
  }

  /** Values without a sample. */
  public static double[] absent(int count) {
    double[] values = new double[count];
    Arrays.fill(values, ABSENT);
    return values;
  }

  /** Whether a value says that there is no float. */
  public static boolean isAbsent(double value) {
    return Double.isNaN(value) && Double.doubleToRawLongBits(value) == ABSENT_BITS;
  }

  /** The labels. */
  public Labels labels() {
    return labels;
  }

  /** Whether the metric name is to be dropped at the end of the query. */
  public boolean nameless() {
    return nameless;
  }

  /** The floats; not to be changed. */
  public double[] values() {
    return values;
  }

  /** The histograms, or null; not to be changed. */
  public FloatHistogram[] histograms() {
    return histograms;
  }

  /** Whether there is a float at a step. */
  public boolean hasFloat(int step) {
    return !isAbsent(values[step]);
  }

  /** The histogram at a step, or null. */
  public FloatHistogram histogram(int step) {
    return histograms == null ? null : histograms[step];
  }

  /** Whether there is a sample at a step. */
  public boolean isPresent(int step) {
    return (histograms != null && histograms[step] != null) || !isAbsent(values[step]);
  }

  /** Whether there is a sample at any step. */
  public boolean isPresent() {
    for (int i = 0; i < values.length; i++) {
      if (isPresent(i)) {
        return true;
      }
    }
    return false;
  }

  /** The same samples with other labels. */
  public Column with(Labels otherLabels, boolean otherNameless) {
    return new Column(otherLabels, otherNameless, values, histograms);
  }

  /** The labels and samples of this column as a result of an operator that drops the name. */
  public Column withoutName(Naming naming) {
    return with(naming.drop(labels), true);
  }
}
