// SPDX-License-Identifier: Apache-2.0
package io.harvester.migrate;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Counts what a migration does, and prints it now and then. */
public final class Progress {
  private static final double NANOS_PER_SECOND = 1e9;

  private final PrintStream out;
  private final Duration period;
  private final long started = System.nanoTime();
  private long printed = started;
  private long copied;
  private long equal;
  private int hoursDone;

  /** Prints to that stream, once per period at most. */
  public Progress(PrintStream out, Duration period) {
    this.out = out;
    this.period = period;
  }

  /** An hour is the same on both sides now. */
  void hour(long hour, int hours, long dataPoints, boolean wasCopied) {
    hoursDone++;
    if (wasCopied) {
      copied += dataPoints;
    } else {
      equal += dataPoints;
    }
    if (System.nanoTime() - printed >= period.toNanos()) {
      printed = System.nanoTime();
      out.printf(
          Locale.ROOT,
          "%s  %d of %d hours  %,d copied  %,d were there  %,.0f/s%n",
          Instant.ofEpochMilli(hour),
          hoursDone,
          hours,
          copied,
          equal,
          (copied + equal) / seconds());
    }
  }

  /** The sums. */
  String summary() {
    return String.format(
        Locale.ROOT,
        "%,d data points copied, %,d were there already, in %d hours of samples; %.0f s",
        copied,
        equal,
        hoursDone,
        seconds());
  }

  private double seconds() {
    return Math.max(1, System.nanoTime() - started) / NANOS_PER_SECOND;
  }
}
