// SPDX-License-Identifier: Apache-2.0
package io.harvester.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.LongSupplier;
import org.slf4j.Marker;

/**
 * Drops lines that repeat: a sender, or a stranger without a credential, must not fill the disk by
 * requests that are logged. Lines count as equal if they have the same logger and format.
 */
public final class RepeatedLineFilter extends TurboFilter {
  /** Number of equal lines that pass in one {@link #WINDOW_NANOS}. */
  static final int MAX_LINES = 50;

  /** The same for lines with a stack trace, which have dozens of lines each. */
  static final int MAX_TRACES = 2;

  static final long WINDOW_NANOS = 10_000_000_000L;

  private static final int MAX_FORMATS = 2_000;
  private static final int MAX_FORMAT_LENGTH = 200;

  private final LongSupplier nanoTime;
  private final Cache<String, Window> windows =
      Caffeine.newBuilder().maximumSize(MAX_FORMATS).executor(Runnable::run).build();

  /** Created by logback. */
  public RepeatedLineFilter() {
    this(System::nanoTime);
  }

  RepeatedLineFilter(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The equal lines of one period. */
  private static final class Window {
    private long start;
    private int lines;

    Window(long start) {
      this.start = start;
    }

    /** Counts a line; returns its number in the current window. */
    synchronized int count(long now) {
      if (now - start >= WINDOW_NANOS) {
        start = now;
        lines = 0;
      }
      return ++lines;
    }
  }

  @Override
  public FilterReply decide(
      Marker marker, Logger logger, Level level, String format, Object[] values, Throwable trace) {
    if (format == null || !level.isGreaterOrEqual(Level.INFO)) {
      return FilterReply.NEUTRAL; // not a line, or one that an operator has asked for
    }
    int max = trace == null && !endsWithTrace(values) ? MAX_LINES : MAX_TRACES;
    String key = logger.getName() + ' ' + level + ' ' + shortened(format);
    long now = nanoTime.getAsLong();
    int number = windows.get(key, k -> new Window(now)).count(now);
    if (number <= max) {
      return FilterReply.NEUTRAL;
    }
    if (number == max + 1) {
      logger.warn("{} s without further lines of the kind: {}", WINDOW_NANOS / 1_000_000_000, key);
    }
    return FilterReply.DENY;
  }

  private static boolean endsWithTrace(Object[] values) {
    return values != null && values.length > 0 && values[values.length - 1] instanceof Throwable;
  }

  private static String shortened(String format) {
    return format.length() <= MAX_FORMAT_LENGTH ? format : format.substring(0, MAX_FORMAT_LENGTH);
  }
}
