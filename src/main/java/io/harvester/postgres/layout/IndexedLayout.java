// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.layout;

import io.harvester.postgres.read.RowSampleSource;
import io.harvester.postgres.read.SampleSource;
import io.harvester.postgres.write.IndexedSamplesQuery;
import io.harvester.storage.SampleStore.StoredSamples;
import java.sql.Connection;
import java.time.Instant;

/**
 * A layout whose table {@code sample} has a unique index and whose rows are routed by the server:
 * stored samples are looked up by the index, and closed chunks need no maintenance.
 */
interface IndexedLayout extends StorageLayout {
  @Override
  default void configureWriter(Connection connection) {
    // the server's settings apply
  }

  @Override
  default StoredSamples storedSamples(Connection connection) {
    return new IndexedSamplesQuery(connection);
  }

  @Override
  default SampleSource source() {
    return RowSampleSource.bySeries();
  }

  @Override
  default void maintainClosed(Instant now) {
    // rows remain as they were written
  }
}
