// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.List;
import java.util.function.BiPredicate;

/** Assigns ids to series: the database. */
@FunctionalInterface
public interface SeriesCatalog {
  /**
   * Finds series, and creates those that are new, together with their nodes, metrics and views.
   *
   * @param keys with distinct fingerprints
   * @param admits decides on each series, given whether it is new, before it is created or returned
   * @return the ids in the order of the keys; null for a series that is not admitted
   * @throws CatalogException if the database does not answer; a retry completes the registration
   */
  List<Registered> register(List<SeriesKey> keys, BiPredicate<SeriesKey, Boolean> admits)
      throws CatalogException;

  /**
   * The ids of a series.
   *
   * @param seriesId {@code series_id}
   * @param nodeId {@code node_id} of its node
   */
  record Registered(long seriesId, int nodeId) {}
}
