// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.aggregation;

import io.harvester.query.functions.Column;
import io.harvester.query.functions.EvaluationException;
import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.value.SeriesHash;
import java.util.ArrayList;
import java.util.List;

/** {@code limit_ratio}: the series whose hash is in a part of all hashes. */
public final class RatioSample {
  private static final double ALL = 0x1p64;

  private final double[] ratios;

  /** Takes the ratio of each step. */
  public RatioSample(double[] ratios) {
    this.ratios = ratios;
  }

  /** The series that are chosen, group after group. */
  public List<Column> of(List<Column> columns, Groups groups) {
    List<List<Column>> byGroup = new ArrayList<>();
    for (int group = 0; group < groups.count(); group++) {
      byGroup.add(new ArrayList<>());
    }
    for (int i = 0; i < columns.size(); i++) {
      Column chosen = chosen(columns.get(i));
      if (chosen != null) {
        byGroup.get(groups.of(i)).add(chosen);
      }
    }
    return byGroup.stream().flatMap(List::stream).toList();
  }

  private Column chosen(Column column) {
    long hash = SeriesHash.of(column.labels());
    double unsigned = (hash >>> 1) * 2.0 + (hash & 1);
    double place = unsigned / ALL;
    double[] values = Column.absent(ratios.length);
    FloatHistogram[] histograms =
        column.histograms() == null ? null : new FloatHistogram[ratios.length];
    boolean any = false;
    for (int step = 0; step < ratios.length; step++) {
      if (!column.isPresent(step)) {
        continue;
      }
      if (isIn(place, ratios[step])) {
        values[step] = column.values()[step];
        if (histograms != null) {
          histograms[step] = column.histograms()[step];
        }
        any = true;
      }
    }
    return any ? new Column(column.labels(), column.nameless(), values, histograms) : null;
  }

  private static boolean isIn(double place, double ratio) {
    if (Double.isNaN(ratio)) {
      throw new EvaluationException("Ratio value NaN is NaN");
    }
    double limit = Math.max(-1, Math.min(1, ratio));
    return limit >= 0 ? place < limit : place >= 1 + limit;
  }
}
