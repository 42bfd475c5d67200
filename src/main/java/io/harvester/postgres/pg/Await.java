package io.harvester.postgres.pg;

import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Lets our own threads, never an event loop, wait for an asynchronous database call. */
public final class Await {
  private Await() {}

  public static <T> T result(Future<T> future, Duration timeout) throws DatabaseException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new DatabaseException(message(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      throw new DatabaseException("no answer within " + timeout.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseException("interrupted", e);
    }
  }

  private static String message(Throwable cause) {
    if (cause instanceof SQLException e) {
      return SqlErrors.describe(e);
    }
    return String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
  }
}
