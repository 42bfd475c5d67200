// SPDX-License-Identifier: Apache-2.0
package io.harvester.storage;

import io.harvester.wire.DataKind;
import java.time.Duration;

/**
 * The chunks (TimescaleDB) or partitions (PostgreSQL) that data points fall into by their time. To
 * create one takes milliseconds and locks, so chunks are created before a writer needs them.
 */
public interface ChunkDirectory {
  /** A store that has every chunk. */
  ChunkDirectory COMPLETE =
      new ChunkDirectory() {
        @Override
        public Duration span() {
          return Duration.ofDays(1);
        }

        @Override
        public boolean has(DataKind kind, long[] times) {
          return true;
        }

        @Override
        public void create(DataKind kind, long[] times) {
          throw new UnsupportedOperationException();
        }
      };

  /** Time span of the chunks of float samples, one day at most. */
  Duration span();

  /** Whether the chunks of these times (ms since the epoch) are known to exist. Does no I/O. */
  boolean has(DataKind kind, long[] times);

  /**
   * Creates the chunks of these times (ms since the epoch) that do not exist. Blocks.
   *
   * @throws StoreException if the database does not create them
   */
  void create(DataKind kind, long[] times) throws StoreException;
}
