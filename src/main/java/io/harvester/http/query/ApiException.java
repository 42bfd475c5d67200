// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.harvester.query.engine.QueryException;

/** A request has no result. The kinds and their status are those of Prometheus (web/api/v1). */
final class ApiException extends Exception {
  private static final long serialVersionUID = 1;

  /** Why, as clients see it. */
  enum Type {
    BAD_DATA("bad_data", 400),
    /** The body is too large; its rest is not read. */
    BODY_TOO_LARGE("bad_data", 413),
    EXECUTION("execution", 422),
    CANCELED("canceled", 499),
    TIMEOUT("timeout", 503),
    UNAVAILABLE("unavailable", 503),
    NOT_FOUND("not_found", 404);

    private final String text;
    private final int status;

    Type(String text, int status) {
      this.text = text;
      this.status = status;
    }

    String text() {
      return text;
    }

    int status() {
      return status;
    }
  }

  private final Type type;

  ApiException(Type type, String message) {
    super(message, null, false, false);
    this.type = type;
  }

  static ApiException badData(String message) {
    return new ApiException(Type.BAD_DATA, message);
  }

  static ApiException invalidParameter(String name, String problem) {
    return badData("invalid parameter \"" + name + "\": " + problem);
  }

  static ApiException of(QueryException e) {
    Type type =
        switch (e.kind()) {
          case BAD_DATA -> Type.BAD_DATA;
          case EXECUTION, TOO_LARGE -> Type.EXECUTION;
          case TIMEOUT -> Type.TIMEOUT;
          case CANCELED -> Type.CANCELED;
          case UNAVAILABLE -> Type.UNAVAILABLE;
        };
    return new ApiException(type, e.getMessage());
  }

  Type type() {
    return type;
  }
}
