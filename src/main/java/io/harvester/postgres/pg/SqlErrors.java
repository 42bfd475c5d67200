// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.harvester.storage.StoreException;
import io.harvester.storage.StoreException.Kind;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

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

  /** A transaction that touches many tables exceeds {@code max_locks_per_transaction}. */
  private static final String OUT_OF_MEMORY = "53200";

  private static final int MAX_MESSAGE_LENGTH = 300;

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

  /**
   * Returns the message on one line, cut to a length that a log can bear, with the SQLSTATE in
   * brackets. The server's DETAIL is left out: it quotes values, which senders choose.
   */
  public static String describe(SQLException e) {
    ServerErrorMessage server = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
    String text =
        server == null || server.getMessage() == null
            ? String.valueOf(e.getMessage())
            : server.getSeverity() + ": " + server.getMessage();
    String line = shortened(text.replaceAll("\\s+", " "));
    return e.getSQLState() == null ? line : line + " [" + e.getSQLState() + "]";
  }

  /** Cuts a text that may contain values of any length. */
  public static String shortened(String text) {
    return text.length() <= MAX_MESSAGE_LENGTH ? text : text.substring(0, MAX_MESSAGE_LENGTH) + "…";
  }

  /**
   * Whether the next transaction of the session may succeed. If the server refuses to write, as a
   * read-only standby does, only another session may lead to a server that does not.
   */
  public static boolean leavesSessionUsable(SQLException e) {
    return kind(e.getSQLState()) != Kind.UNAVAILABLE;
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
    if (state.equals(OUT_OF_MEMORY)) {
      return Kind.TOO_LARGE;
    }
    return switch (state.substring(0, 2)) {
      case "40" -> Kind.TRANSIENT;
      // 21 cardinality, 22 data, 23 constraint, 54 limits of the server, such as the size of a row
      // or of an index entry: the same data point fails at every retry.
      case "21", "22", "23", "54" -> Kind.PERMANENT;
      // 08 connection, 53 resources, 57 shutdown, and what an operator can repair (25, 28, 42, …):
      // the request succeeds after the repair, so the sender must keep it.
      default -> Kind.UNAVAILABLE;
    };
  }
}
