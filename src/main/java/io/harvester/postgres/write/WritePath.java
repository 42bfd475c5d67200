// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.pg.StatementPipeline;
import io.harvester.storage.ChunkDirectory;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore.StoredSamples;
import java.sql.Connection;
import java.sql.SQLException;

/** What a write session needs of a storage layout. */
public interface WritePath {
  /** Applies the settings of a writer's connection. */
  void configureWriter(Connection connection) throws SQLException;

  /** Reads stored samples within the transactions of a writer's connection. */
  StoredSamples storedSamples(Connection connection);

  /**
   * Creates the sender of a configured connection.
   *
   * @param pipeline runs at the end of the transaction; the sender may add statements to it
   */
  SampleSender sender(Connection connection, StatementPipeline pipeline) throws SQLException;

  /** The chunks or partitions that rows are written to. */
  default ChunkDirectory chunks() {
    return ChunkDirectory.COMPLETE;
  }

  /** Creates the partitions that histograms and exemplars need. TimescaleDB creates its own. */
  default void prepare(SampleBatch batch) throws SQLException {}

  /**
   * Discards what is known of chunks and partitions: a row found none although one was prepared.
   */
  default void forget() {}

  /** Sends the float samples of a batch, within the writer's transaction. */
  @FunctionalInterface
  interface SampleSender {
    /** Sends all of them. */
    void send(SampleBatch batch) throws SQLException;
  }
}
