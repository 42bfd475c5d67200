// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.layout;

import io.harvester.postgres.columnar.FastPath;
import io.harvester.postgres.columnar.merge.MergeCounters;
import io.harvester.postgres.packed.PackCounters;
import io.harvester.postgres.pg.Tier;
import io.harvester.postgres.read.SampleSource;
import io.harvester.postgres.write.WritePath;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/** How one tier lays samples out in tables: everything that differs between the tiers. */
public interface StorageLayout extends WritePath {
  /** The tier of this layout. */
  Tier tier();

  /** The time span of a chunk or partition that is created from now on. */
  Duration chunkInterval();

  /** Creates the chunks or partitions of the near future. Called once a minute. */
  void createAhead(Instant now) throws SQLException;

  /**
   * Drops the chunks or partitions that ended at or before a limit.
   *
   * @return how many were dropped
   */
  int dropBefore(Connection connection, Instant limit) throws SQLException;

  /**
   * Drops the partitions of rollups that have expired.
   *
   * @return how many were dropped
   */
  int dropExpiredRollups(Connection connection, Instant now) throws SQLException;

  /** All chunks or partitions of samples, histograms and exemplars. */
  List<ChunkSpan> spans(Connection connection) throws SQLException;

  /**
   * Deletes expired rows from one chunk or partition.
   *
   * @return how many were deleted
   */
  default long delete(Connection connection, ChunkSpan span, Expired expired) throws SQLException {
    return Deletion.fromRows(connection, span, expired);
  }

  /** Fetches samples for queries. */
  SampleSource source();

  /**
   * Merges what was written to the chunks that are being filled. Called several times a minute.
   *
   * @param writersBusy whether to leave the rest to the next call
   */
  default void mergeOpen(Instant now, BooleanSupplier writersBusy) throws SQLException {}

  /** Whether compressed columns pass between Harvester and the server. */
  default FastPath fastPath() {
    return FastPath.ALWAYS;
  }

  /** What {@link #mergeOpen} has done. */
  default MergeCounters mergeCounters() {
    return MergeCounters.NONE;
  }

  /**
   * Maintains the chunks whose time range has passed. Called once a minute.
   *
   * @param writersBusy whether the writers need the database for themselves
   */
  void maintainClosed(Instant now, BooleanSupplier writersBusy) throws SQLException;

  /** What packing has done. */
  default PackCounters packCounters() {
    return PackCounters.NONE;
  }
}
