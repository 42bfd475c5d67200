// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.Notes;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.promql.Aggregation;
import io.harvester.query.promql.Position;
import io.harvester.query.value.Labels;

/**
 * The column into which an aggregation puts the series of a group. Threads add different steps at
 * the same time.
 */
public abstract class GroupColumn {
  final double[] values;
  private final String name;
  private final Notes notes;
  private final Position position;

  GroupColumn(Aggregation aggregation, int steps, Notes notes) {
    this.values = Column.absent(steps);
    this.name = aggregation.aggregator().text();
    this.notes = notes;
    this.position = aggregation.expr().position();
  }

  /** A column without a series. */
  public static GroupColumn of(
      Aggregation aggregation, double[] parameters, int steps, Notes notes) {
    return switch (aggregation.aggregator()) {
      case SUM -> new SumColumn(aggregation, steps, notes);
      case AVG -> new MeanColumn(aggregation, steps, notes);
      case MIN -> new ExtremeColumn(aggregation, steps, notes, false);
      case MAX -> new ExtremeColumn(aggregation, steps, notes, true);
      case COUNT -> new CountColumn(aggregation, steps, notes, true);
      case GROUP -> new CountColumn(aggregation, steps, notes, false);
      case STDVAR -> new VarianceColumn(aggregation, steps, notes, false);
      case STDDEV -> new VarianceColumn(aggregation, steps, notes, true);
      case QUANTILE -> new QuantileColumn(aggregation, parameters, steps, notes);
      default -> throw new IllegalStateException("no aggregation of groups: " + aggregation);
    };
  }

  /** Adds the samples of a series at the steps {@code [from, to)}. */
  public abstract void add(Column column, int from, int to);

  /** What the series gave; used up. */
  public Column result(Labels labels, boolean nameless) {
    return new Column(labels, nameless, values, null);
  }

  /** Notes that histograms are left out, if there are any in a part of a column. */
  final void noteHistograms(Column column, int from, int to) {
    FloatHistogram[] histograms = column.histograms();
    if (histograms == null) {
      return;
    }
    for (int step = from; step < to; step++) {
      if (histograms[step] != null) {
        notes.info("ignored histogram in " + name + " aggregation", position);
        return;
      }
    }
  }

  final void noteMixture() {
    notes.warning("encountered a mix of histograms and floats for aggregation", position);
  }

  final void noteIncompatible(boolean customBounds, Column column) {
    notes.incompatible(customBounds, column.labels().metricName(), position);
  }
}
