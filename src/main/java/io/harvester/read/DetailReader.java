// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import io.harvester.storage.StoreException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what is stored beside samples: metadata of metrics, and exemplars. */
public interface DetailReader {
  /**
   * What is known of a family of metrics.
   *
   * @param type {@code counter}, {@code gauge} and so on
   * @param metrics the metrics that are stored, such as the buckets of a histogram
   */
  record Metadata(String type, String help, String unit, Set<String> metrics) {
    /** Whether one of its metrics is in a set. */
    public boolean isOfAny(Set<String> names) {
      return metrics.stream().anyMatch(names::contains);
    }
  }

  /**
   * One observation of a series.
   *
   * @param time ms since the epoch
   */
  record Exemplar(Map<String, String> labels, double value, long time) {}

  /** The exemplars of a series, oldest first. */
  record SeriesExemplars(SeriesLabels series, List<Exemplar> exemplars) {}

  /**
   * Metadata by family, sorted.
   *
   * @param family empty: all
   */
  Map<String, Metadata> metadata(String family) throws StoreException;

  /** The exemplars of all matching series in {@code [from, to]}, ms since the epoch. */
  List<SeriesExemplars> exemplars(List<Matcher> matchers, long from, long to) throws StoreException;
}
