// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that evaluate queries, and the bounded queue before them. */
final class QueryThreads implements AutoCloseable {
  private static final int MAX_WAITING = 1_000;

  private final ThreadPoolExecutor threads;

  QueryThreads(int concurrency) {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            concurrency,
            concurrency,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MAX_WAITING),
            task -> {
              Thread thread = new Thread(task, "query-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** Runs a query when a thread is free; false: too many wait. */
  boolean run(Runnable query) {
    try {
      threads.execute(query);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Why {@link #run} returned false. */
  String tooMany() {
    return "%d queries run and %d wait (HARVESTER_QUERY_CONCURRENCY)"
        .formatted(threads.getMaximumPoolSize(), MAX_WAITING);
  }

  /** Number of queries that run. */
  int running() {
    return threads.getActiveCount();
  }

  /** Number of queries that wait. */
  int waiting() {
    return threads.getQueue().size();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
