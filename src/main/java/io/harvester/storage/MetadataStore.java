package io.harvester.storage;

import io.harvester.series.CatalogException;
import java.util.List;

/** Where metadata becomes durable. */
@FunctionalInterface
public interface MetadataStore {
  /** Stores metadata, the newest wins; empty fields leave what is stored. */
  void upsert(List<MetricMetadata> metadata) throws CatalogException;
}
