// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.vertx.pgclient.PgException;

/** A failed call of the database. The message is one line for the operator. */
public final class DatabaseException extends Exception {
  private static final long serialVersionUID = 1;

  private final String sqlState;

  /** A failure with a cause, whose SQLSTATE is kept if it is the server's error. */
  public DatabaseException(String message, Throwable cause) {
    super(message, cause);
    this.sqlState =
        cause instanceof PgException e && e.getSqlState() != null ? e.getSqlState() : "";
  }

  /** An answer that is wrong, with the SQLSTATE that fits it. */
  public DatabaseException(String message, String sqlState) {
    super(message);
    this.sqlState = sqlState;
  }

  /** The SQLSTATE, or an empty string if the server sent none. */
  public String sqlState() {
    return sqlState;
  }
}
