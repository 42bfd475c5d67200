// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

import io.harvester.series.CatalogException;
import java.util.List;

/** Where metric metadata is stored. */
@FunctionalInterface
public interface MetadataStore {
  /**
   * Stores metadata. It replaces what is stored for the metric; an empty field leaves the stored
   * value unchanged.
   *
   * @throws CatalogException if the database is unreachable or refuses
   */
  void upsert(List<MetricMetadata> metadata) throws CatalogException;
}
