// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.harvester.query.value.Labels;
import io.harvester.read.SeriesLabels;

/** The labels of stored series as clients see them. */
final class SeriesText {
  private SeriesText() {}

  static Labels labels(SeriesLabels series, String nodeLabel) {
    String[] pairs = new String[2 * series.others().size() + 4];
    pairs[0] = Labels.METRIC_NAME;
    pairs[1] = series.metric();
    pairs[2] = nodeLabel;
    pairs[3] = series.node();
    int at = 4;
    for (var label : series.others()) {
      pairs[at++] = label.name();
      pairs[at++] = label.value();
    }
    return Labels.of(pairs);
  }
}
