// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import java.util.List;
import java.util.function.BiPredicate;

/** Where series get their ids: the database. */
@FunctionalInterface
public interface SeriesCatalog {
  /**
   * Looks series up, making those that are new together with their nodes, metrics and views.
   *
   * @param keys distinct fingerprints
   * @param admits asked about each series, and whether it is new, before it is made or given out
   * @return the ids in the order of the keys; null for what is not admitted
   * @throws CatalogException if the database cannot be asked; nothing is half done then
   */
  List<Registered> register(List<SeriesKey> keys, BiPredicate<SeriesKey, Boolean> admits)
      throws CatalogException;

  /**
   * What the catalog says of one series.
   *
   * @param seriesId {@code series_id}
   * @param nodeId {@code node_id} of its node
   */
  record Registered(long seriesId, int nodeId) {}
}
