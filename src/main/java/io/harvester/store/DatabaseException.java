package io.harvester.store;

import io.vertx.pgclient.PgException;

/** A call to the database that failed, in one line for the operator. */
public final class DatabaseException extends Exception {
  private static final long serialVersionUID = 1;

  /** Takes what failed and why. */
  public DatabaseException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The SQLSTATE, or an empty string where the server did not answer. */
  String sqlState() {
    return getCause() instanceof PgException e && e.getSqlState() != null ? e.getSqlState() : "";
  }
}
