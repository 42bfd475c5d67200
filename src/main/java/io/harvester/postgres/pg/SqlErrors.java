package io.harvester.postgres.pg;

import io.harvester.storage.StoreException;
import io.harvester.storage.StoreException.Kind;
import java.sql.SQLException;

/** What an SQLSTATE means for a batch (PostgreSQL manual, appendix A). */
public final class SqlErrors {
  private static final String UNIQUE_VIOLATION = "23505";

  /** Of the tables that writers fill only partitioned ones have checks: a partition is gone. */
  private static final String CHECK_VIOLATION = "23514";

  /** Compaction was there in between (sql/columnar, must_take_batches). */
  private static final String NO_BATCHES = "HV001";

  /** claim_nodes (sql/common). */
  private static final String TAKEN_OVER = "HV002";

  private static final String UNDEFINED_TABLE = "42P01";

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private SqlErrors() {}

  public static StoreException translate(String what, SQLException e) {
    return new StoreException(kind(e.getSQLState()), what + ": " + describe(e), e);
  }

  /** The chunk or partition that rows were meant for is not there, or not as it was. */
  public static boolean isPlaceGone(SQLException e) {
    return isPlaceChanged(e.getSQLState()) || UNDEFINED_TABLE.equals(e.getSQLState());
  }

  private static boolean isPlaceChanged(String state) {
    return CHECK_VIOLATION.equals(state) || NO_BATCHES.equals(state);
  }

  /** A lock was not to be had within {@code lock_timeout}. */
  public static boolean isLockTimeout(SQLException e) {
    return LOCK_NOT_AVAILABLE.equals(e.getSQLState());
  }

  /** The database's words, with the SQLSTATE that manuals and searches know. */
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
    if (isPlaceChanged(state)) {
      return Kind.TRANSIENT;
    }
    return switch (state.substring(0, 2)) {
      case "40" -> Kind.TRANSIENT;
      case "22", "23" -> Kind.PERMANENT;
      // 08 connection, 53 resources, 57 shutdown, and all that an operator can mend (28, 42, …):
      // the same request succeeds once that is done, so the sender has to keep it.
      default -> Kind.UNAVAILABLE;
    };
  }
}
