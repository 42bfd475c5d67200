// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.storage.SampleBatch;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;

/**
 * The time windows of the chunks or partitions that are known to exist. All times are in ms since
 * the epoch. Safe for use by several threads.
 */
public final class TimeWindows {
  private final ConcurrentSkipListMap<Long, Long> endByStart = new ConcurrentSkipListMap<>();

  /**
   * One window.
   *
   * @param start inclusive
   * @param end exclusive
   */
  public record Window(long start, long end) {
    boolean contains(long time) {
      return time >= start && time < end;
    }
  }

  /** The window that contains a time, or null. */
  public Window of(long time) {
    Map.Entry<Long, Long> entry = endByStart.floorEntry(time);
    return entry != null && time < entry.getValue()
        ? new Window(entry.getKey(), entry.getValue())
        : null;
  }

  /** For each missing window that rows need, aligned to the interval, one time in it. */
  public Iterable<Long> missing(SampleBatch rows, Duration interval) {
    TreeMap<Long, Long> missing = new TreeMap<>();
    Window current = new Window(0, 0);
    for (int row = 0; row < rows.count(); row++) {
      long time = rows.time(row);
      if (!current.contains(time)) {
        Window found = of(time);
        if (found == null) {
          missing.put(aligned(time, interval), time);
        } else {
          current = found;
        }
      }
    }
    return missing.values();
  }

  /** For each missing window that contains one of the times, one of these times. */
  public Iterable<Long> missing(LongStream times, Duration interval) {
    TreeMap<Long, Long> missing = new TreeMap<>();
    times
        .filter(time -> of(time) == null)
        .forEach(time -> missing.put(aligned(time, interval), time));
    return missing.values();
  }

  /**
   * The window to create for a time: aligned to the interval, but cut so that it overlaps no known
   * window. Those may be of another interval, which was in force before.
   */
  public Window fit(long time, Duration interval) {
    long start = aligned(time, interval);
    long end = start + interval.toMillis();
    Map.Entry<Long, Long> before = endByStart.floorEntry(time);
    Long after = endByStart.ceilingKey(time);
    return new Window(
        before == null ? start : Math.max(start, before.getValue()),
        after == null ? end : Math.min(end, after));
  }

  /** Adds a window that was created. */
  public void add(Window window) {
    endByStart.put(window.start(), window.end());
  }

  /** Replaces the known windows by those that the database reported, start to end. */
  public void replace(NavigableMap<Long, Long> found) {
    endByStart.keySet().retainAll(found.keySet());
    endByStart.putAll(found);
  }

  /** Removes all windows. */
  public void clear() {
    endByStart.clear();
  }

  private static long aligned(long time, Duration interval) {
    return Math.floorDiv(time, interval.toMillis()) * interval.toMillis();
  }
}
