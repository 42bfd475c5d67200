// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.EvaluationException;
import io.harvester.query.functions.Grid;
import io.harvester.query.functions.Notes;
import io.harvester.query.functions.Ranking;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.promql.Aggregation;
import io.harvester.query.promql.Aggregator;
import io.harvester.query.text.GoNumber;
import java.util.ArrayList;
import java.util.List;

/** {@code topk}, {@code bottomk} and {@code limitk}: some of the series of each group and step. */
public final class RankedSeries {
  private final Aggregation aggregation;
  private final List<Column> columns;
  private final Groups groups;
  private final Grid grid;
  private final Notes notes;
  private final Runnable check;
  private final boolean any;
  private final Ranking[] rankings;
  private final double[][] values;
  private final FloatHistogram[][] histograms;

  /**
   * A call.
   *
   * @param check called at each step
   */
  public RankedSeries(
      Aggregation aggregation,
      List<Column> columns,
      Groups groups,
      Grid grid,
      Notes notes,
      Runnable check) {
    this.aggregation = aggregation;
    this.columns = columns;
    this.groups = groups;
    this.grid = grid;
    this.notes = notes;
    this.check = check;
    this.any = aggregation.aggregator() == Aggregator.LIMITK;
    this.rankings = new Ranking[groups.count()];
    for (int group = 0; group < rankings.length; group++) {
      rankings[group] = new Ranking(aggregation.aggregator() != Aggregator.BOTTOMK);
    }
    this.values = new double[columns.size()][];
    this.histograms = new FloatHistogram[columns.size()][];
  }

  /** The series, with the samples that were chosen; at a single step, in their order. */
  public List<Column> of(double[] limits) {
    List<Column> ordered = new ArrayList<>();
    for (int step = 0; step < grid.count(); step++) {
      check.run();
      rank(step, limits[step]);
      for (Ranking ranking : rankings) {
        if (!any) {
          ranking.sort();
        }
        for (int place = 0; place < ranking.size(); place++) {
          keep(ranking.item(place), step);
          if (grid.count() == 1) {
            ordered.add(columns.get(ranking.item(place)));
          }
        }
        ranking.clear();
      }
    }
    return grid.count() == 1 ? ordered : chosen();
  }

  private void rank(int step, double limit) {
    long number = -1;
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (!column.isPresent(step)) {
        continue;
      }
      if (number < 0) {
        number = number(limit);
        if (number < 1) {
          return;
        }
      }
      Ranking ranking = rankings[groups.of(i)];
      if (any) {
        if (ranking.size() < number) {
          ranking.push(i, column.hasFloat(step) ? column.values()[step] : 0);
        }
      } else if (column.histogram(step) != null) {
        notes.info(
            "ignored histogram in " + aggregation.aggregator().text() + " aggregation",
            aggregation.position());
      } else {
        ranking.offer(i, column.values()[step], number);
      }
    }
  }

  private long number(double limit) {
    if (!(limit < 0x1p63 && limit >= -0x1p63)) {
      throw new EvaluationException("Scalar value " + GoNumber.general(limit) + " overflows int64");
    }
    return Math.max(0, Math.min((long) limit, columns.size()));
  }

  private void keep(int series, int step) {
    Column column = columns.get(series);
    if (values[series] == null) {
      values[series] = Column.absent(grid.count());
    }
    values[series][step] = column.values()[step];
    if (column.histogram(step) != null) {
      if (histograms[series] == null) {
        histograms[series] = new FloatHistogram[grid.count()];
      }
      histograms[series][step] = column.histogram(step);
    }
  }

  private List<Column> chosen() {
    List<Column> chosen = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != null) {
        Column column = columns.get(i);
        chosen.add(new Column(column.labels(), column.nameless(), values[i], histograms[i]));
      }
    }
    return chosen;
  }
}
