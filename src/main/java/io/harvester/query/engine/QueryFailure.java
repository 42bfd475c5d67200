// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

/** Carries a {@link QueryException} out of an evaluation. */
final class QueryFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  QueryFailure(QueryException cause) {
    super(cause);
  }

  QueryFailure(QueryException.Kind kind, String message) {
    this(new QueryException(kind, message));
  }

  QueryException exception() {
    return (QueryException) getCause();
  }
}
