// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.engine.QueryException.Kind;
import io.harvester.query.value.QueryStats;
import java.util.concurrent.atomic.LongAdder;

/** What a query may use and has used: samples, series, time. Used by several threads. */
final class Budget {
  private final long maxSamples;
  private final long maxSeries;
  private final QueryOptions options;
  private final QueryMemory memory;
  private final long started = System.nanoTime();
  private final long deadline;
  private final LongAdder taken = new LongAdder();

  private long held;
  private long peak;
  private long series;

  Budget(EngineSettings settings, QueryOptions options, QueryMemory memory) {
    this.maxSamples = settings.maxSamples();
    this.maxSeries = settings.maxSeries();
    this.options = options;
    this.memory = memory;
    this.deadline = started + options.timeout().toNanos();
  }

  /** Fails if the query has been cancelled or takes too long. */
  void check() {
    if (options.cancelled().getAsBoolean()) {
      throw new QueryFailure(Kind.CANCELED, "query was canceled in expression evaluation");
    }
    long now = System.nanoTime();
    if (now - deadline > 0) {
      throw new QueryFailure(
          Kind.TIMEOUT,
          "query timed out in expression evaluation: after "
              + (now - started) / 1_000_000
              + " ms, the limit is "
              + options.timeout().toMillis()
              + " ms (HARVESTER_QUERY_TIMEOUT)");
    }
  }

  /** Whether reading should end early. */
  boolean isOver() {
    return options.cancelled().getAsBoolean() || System.nanoTime() - deadline > 0;
  }

  /** Takes memory for samples. */
  synchronized void hold(long samples) {
    held += samples;
    peak = Math.max(peak, held);
    memory.take(samples);
    if (held > maxSamples || held < 0) {
      throw new QueryFailure(
          Kind.TOO_LARGE,
          "query processing would load too many samples into memory in query execution: "
              + held
              + " samples, the limit is "
              + maxSamples
              + " (HARVESTER_QUERY_MAX_SAMPLES)");
    }
  }

  /** Takes memory for columns. */
  void hold(long columns, int steps) {
    hold(columns * steps);
  }

  /** How many samples are in memory. */
  synchronized long held() {
    return held;
  }

  /** Sets how many samples are in memory, after operands were dropped. */
  synchronized void settle(long samples) {
    memory.giveBack(held - samples);
    held = samples;
    peak = Math.max(peak, held);
  }

  /** Gives all memory back: the query is over. */
  void release() {
    settle(0);
  }

  /** Counts a series that was read. */
  synchronized void countSeries() {
    series++;
    if (series > maxSeries) {
      throw new QueryFailure(
          Kind.TOO_LARGE,
          "query processing would read too many series: at least "
              + series
              + ", the limit is "
              + maxSeries
              + " (HARVESTER_QUERY_MAX_SERIES)");
    }
  }

  /** Counts samples that a selector or a range took in. */
  void take(long samples) {
    taken.add(samples);
  }

  synchronized QueryStats stats() {
    return new QueryStats(taken.sum(), peak, series);
  }
}
