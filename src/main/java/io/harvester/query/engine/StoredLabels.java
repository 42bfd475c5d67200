// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.value.Labels;
import io.harvester.read.SeriesLabels;
import io.harvester.series.SeriesKey.Label;

/** The labels of stored series as clients see them. */
public final class StoredLabels {
  private StoredLabels() {}

  /** All labels of a series, metric name and node included. */
  public static Labels of(SeriesLabels series, String nodeLabel) {
    String[] pairs = new String[4 + 2 * series.others().size()];
    int count = 0;
    for (Label label : series.others()) {
      pairs[count++] = label.name();
      pairs[count++] = label.value();
    }
    return Labels.ofSorted(
        pairs, count, Labels.METRIC_NAME, series.metric(), nodeLabel, series.node());
  }
}
