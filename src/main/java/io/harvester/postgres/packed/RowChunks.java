// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** The chunks or partitions of table {@code sample} as rows that can be packed. */
public interface RowChunks {
  /**
   * One of them.
   *
   * @param name qualified name of its table
   */
  record RowChunk(String name, Instant start, Instant end) {}

  /** All of them whose rows can be packed, by start. */
  List<RowChunk> list(Connection connection) throws SQLException;

  /**
   * Drops one if it has no rows. No row can be added between the look and the drop.
   *
   * @return whether it was dropped; false also if it is being used
   */
  boolean dropIfEmpty(Connection connection, RowChunk chunk) throws SQLException;
}
