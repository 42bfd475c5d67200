// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.harvester.storage.StoreException;
import io.harvester.storage.StoreException.Kind;
import java.sql.SQLException;

/** Maps SQLSTATEs (PostgreSQL manual, appendix A) to the {@link Kind} of a failed write. */
public final class SqlErrors {
  private static final String UNIQUE_VIOLATION = "23505";

  /** Only partitions have check constraints that a write can violate: the partition is gone. */
  private static final String CHECK_VIOLATION = "23514";

  /**
   * Raised by {@code require_compressed_batches} (sql/columnar): the chunk was compacted meanwhile.
   */
  private static final String BATCHES_REFUSED = "ZH001";

  /** Raised by {@code claim_nodes} (sql/common): another writer session wrote the node. */
  private static final String TAKEN_OVER = "ZH002";

  private static final String UNDEFINED_TABLE = "42P01";

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private SqlErrors() {}

  /**
   * Returns the error of a failed write.
   *
   * @param what what failed, the start of the message
   */
  public static StoreException translate(String what, SQLException e) {
    return new StoreException(kind(e.getSQLState()), what + ": " + describe(e), e);
  }

  /** Whether the chunk or partition of the rows is gone or no longer accepts them. */
  public static boolean isTargetGone(SQLException e) {
    return isTargetChanged(e.getSQLState()) || UNDEFINED_TABLE.equals(e.getSQLState());
  }

  private static boolean isTargetChanged(String state) {
    return CHECK_VIOLATION.equals(state) || BATCHES_REFUSED.equals(state);
  }

  /** Whether a lock was not granted within {@code lock_timeout}. */
  public static boolean isLockTimeout(SQLException e) {
    return LOCK_NOT_AVAILABLE.equals(e.getSQLState());
  }

  /** Returns the message on one line, with the SQLSTATE in brackets. */
  public static String describe(SQLException e) {
    String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    return e.getSQLState() == null ? message : message + " [" + e.getSQLState() + "]";
  }

  private static Kind kind(String state) {
    if (state == null || state.length() != 5) {
      return Kind.UNAVAILABLE;
    }
    if (state.equals(UNIQUE_VIOLATION)) {
      return Kind.ALREADY_STORED;
    }
    if (state.equals(TAKEN_OVER)) {
      return Kind.TAKEN_OVER;
    }
    if (isTargetChanged(state)) {
      return Kind.TRANSIENT;
    }
    return switch (state.substring(0, 2)) {
      case "40" -> Kind.TRANSIENT;
      case "22", "23" -> Kind.PERMANENT;
      // 08 connection, 53 resources, 57 shutdown, and what an operator can repair (28, 42, …):
      // the request succeeds after the repair, so the sender must keep it.
      default -> Kind.UNAVAILABLE;
    };
  }
}
