// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Receives samples by COPY in binary format, which keeps the bits of a NaN and costs a fraction of
 * a result set.
 */
public final class SampleCopyOut {
  private static final int ROWS_PER_CHECK = 4_096;

  /** Signature and flags before the first row (PostgreSQL manual, COPY, Binary Format). */
  private static final int HEADER_BYTES = 19;

  private static final int ROW_BYTES = 2 + 3 * (4 + 8);

  /** Receives a sample. */
  @FunctionalInterface
  public interface Visitor {
    /** Time in ms since the epoch, value as its IEEE 754 bits. */
    void sample(long seriesId, long time, long bits);
  }

  private SampleCopyOut() {}

  /**
   * Runs a COPY of the columns series, time and value, none of which is NULL.
   *
   * @param query what COPY is to return: a query, or DELETE … RETURNING
   * @param cancelled asked between blocks of rows; if true, the call ends early
   */
  public static void read(
      Connection connection, String query, BooleanSupplier cancelled, Visitor visitor)
      throws SQLException {
    if (cancelled.getAsBoolean()) {
      return;
    }
    CopyOut copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut("COPY (" + query + ") TO STDOUT (FORMAT binary)");
    try {
      int rows = 0;
      byte[] message;
      while ((message = copy.readFromCopy()) != null) {
        pass(message, visitor);
        if (++rows % ROWS_PER_CHECK == 0 && cancelled.getAsBoolean()) {
          return;
        }
      }
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  /** A message has one row; the first also has the header, and the last the trailer only. */
  private static void pass(byte[] message, Visitor visitor) {
    int at = message.length >= HEADER_BYTES + 2 && message[0] == 'P' ? HEADER_BYTES : 0;
    if (message.length - at >= ROW_BYTES) {
      ByteBuffer row = ByteBuffer.wrap(message);
      visitor.sample(
          row.getLong(at + 2 + 4),
          PgTimestamps.toMillis(row.getLong(at + 2 + 4 + 8 + 4)),
          row.getLong(at + 2 + 4 + 8 + 4 + 8 + 4));
    }
  }
}
