// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The status of a columnstore chunk: bits as in TimescaleDB's {@code src/ts_catalog/chunk.h},
 * {@code CHUNK_STATUS_*}.
 */
public record ChunkStatus(int bits) {
  /** The chunk has a compressed table. */
  public static final int COMPRESSED = 1;

  /** Compressed batches may overlap, so that only compaction restores their order. */
  public static final int UNORDERED = 2;

  /** Rows lie in the rowstore, beside the compressed batches. */
  public static final int PARTIAL = 8;

  /** Reads the status of the chunk with that qualified name. */
  public static ChunkStatus of(Connection connection, String chunk) throws SQLException {
    try (PreparedStatement status =
        connection.prepareStatement("SELECT _timescaledb_functions.chunk_status(?::regclass)")) {
      status.setString(1, chunk);
      try (ResultSet row = status.executeQuery()) {
        row.next();
        return new ChunkStatus(row.getInt(1));
      }
    }
  }

  /** Tests {@link #COMPRESSED}. */
  public boolean isCompressed() {
    return (bits & COMPRESSED) != 0;
  }

  /** Tests {@link #UNORDERED}. */
  public boolean isUnordered() {
    return (bits & UNORDERED) != 0;
  }

  /** Tests {@link #PARTIAL}. */
  public boolean isPartial() {
    return (bits & PARTIAL) != 0;
  }
}
