// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Blocks one of Harvester's own threads, never an event loop, on an asynchronous database call. */
public final class Await {
  private Await() {}

  /**
   * Waits for a result.
   *
   * @throws DatabaseException if the call fails, does not complete within the timeout, or the
   *     thread is interrupted; the interrupt flag is then set again
   */
  public static <T> T result(Future<T> future, Duration timeout) throws DatabaseException {
    try {
      return future.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new DatabaseException("no answer within " + timeout.toSeconds() + " s", e);
    } catch (Exception e) { // await rethrows the cause, checked exceptions undeclared
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new DatabaseException("interrupted", e);
      }
      throw new DatabaseException(message(e), e);
    }
  }

  private static String message(Exception cause) {
    if (cause instanceof SQLException e) {
      return SqlErrors.describe(e);
    }
    return SqlErrors.shortened(String.valueOf(cause.getMessage()).replaceAll("\\s+", " "));
  }
}
