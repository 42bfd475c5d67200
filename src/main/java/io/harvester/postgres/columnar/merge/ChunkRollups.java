// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar.merge;

import io.harvester.postgres.columnar.Segment;
import io.harvester.postgres.pg.SampleCopyOut;
import io.harvester.postgres.rollup.NodeRollups;
import io.harvester.postgres.rollup.Rollups;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/** Rolls up the nodes of one chunk while it is merged. */
final class ChunkRollups {
  private static final String RAW =
      "SELECT series_id, time, value FROM harvester.sample WHERE node_id = %d AND time > '%s'"
          + " AND time <= '%s'";

  private final NodeRollups rollups;
  private final long start;
  private final long end;

  private ChunkRollups(NodeRollups rollups, Instant start, Instant end) {
    this.rollups = rollups;
    this.start = start.toEpochMilli();
    this.end = end.toEpochMilli();
  }

  /** Prepares the tables. To be called outside of transactions. */
  static ChunkRollups of(Rollups rollups, Connection connection, Instant start, Instant end)
      throws SQLException {
    rollups.prepare(connection, start, end);
    return new ChunkRollups(rollups.on(connection, ChunkRollups::read), start, end);
  }

  /** Rolls up all samples of a node in the chunk, in the transaction of the connection. */
  void roll(int nodeId, Segment segment) throws SQLException {
    rollups.roll(nodeId, start, end, segment, true);
  }

  private static void read(
      Connection connection,
      int nodeId,
      long[] seriesIds,
      long after,
      long until,
      SampleCopyOut.Visitor visitor)
      throws SQLException {
    SampleCopyOut.read(
        connection,
        RAW.formatted(nodeId, Instant.ofEpochMilli(after), Instant.ofEpochMilli(until)),
        () -> false,
        visitor);
  }
}
