// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

/** A query has no answer. The message is for the person who asked. */
public final class QueryException extends Exception {
  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Kind {
    /** The query or its parameters are wrong. */
    BAD_DATA,
    /** The evaluation met data that it cannot combine. */
    EXECUTION,
    /** It took too long. */
    TIMEOUT,
    /** The client has closed the connection. */
    CANCELED,
    /** A limit ends it. */
    TOO_LARGE,
    /** The database cannot be read. */
    UNAVAILABLE
  }

  private final Kind kind;

  /** An error of a kind. */
  public QueryException(Kind kind, String message) {
    this(kind, message, null);
  }

  /** An error with its cause. */
  public QueryException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Why the query has no answer. */
  public Kind kind() {
    return kind;
  }
}
