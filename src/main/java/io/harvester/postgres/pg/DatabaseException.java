package io.harvester.postgres.pg;

import io.vertx.pgclient.PgException;

/** A call to the database that failed, in one line for the operator. */
public final class DatabaseException extends Exception {
  private static final long serialVersionUID = 1;

  private final String sqlState;

  /** Takes what failed and why. */
  public DatabaseException(String message, Throwable cause) {
    super(message, cause);
    this.sqlState =
        cause instanceof PgException e && e.getSqlState() != null ? e.getSqlState() : "";
  }

  /** Takes what was found wrong in an answer, and the SQLSTATE that fits it. */
  public DatabaseException(String message, String sqlState) {
    super(message);
    this.sqlState = sqlState;
  }

  /** The SQLSTATE, or an empty string where the server did not answer. */
  public String sqlState() {
    return sqlState;
  }
}
