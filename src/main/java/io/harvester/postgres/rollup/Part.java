// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.rollup;

import io.harvester.postgres.rollup.HourRollup.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Series of a node that are stored together: a row for each bucket and one for the hour, with an
 * array per column.
 *
 * @param shape which arrays there are
 * @param sameTimes whether number and times of samples are the same for all series, and therefore
 *     stored once
 * @param series at least one, by id
 */
record Part(Shape shape, boolean sameTimes, List<HourRollup> series) {
  /** Fewer series with the same times are stored with times of their own. */
  private static final int MIN_SAME_TIMES = 4;

  private static final int METRIC_SHIFT = 40;

  /** Rows of somewhat less than 2,000 bytes, of which a page holds four. */
  private static int maxSeries(Shape shape, boolean sameTimes) {
    return switch (shape) {
      case CONSTANT -> sameTimes ? 256 : 120;
      case RISING -> sameTimes ? 72 : 48;
      case OTHER -> sameTimes ? 44 : 34;
    };
  }

  /**
   * Cuts the series of one hour, sorted by id, into parts.
   *
   * @param buckets whether buckets of 5 minutes are stored, too
   */
  static List<Part> cut(List<HourRollup> all, boolean buckets) {
    Map<Key, List<HourRollup>> byTimes = new LinkedHashMap<>();
    for (HourRollup series : all) {
      byTimes.computeIfAbsent(Key.ofTimes(series, buckets), key -> new ArrayList<>()).add(series);
    }
    List<Part> parts = new ArrayList<>();
    Map<Key, List<HourRollup>> ownTimes = new LinkedHashMap<>();
    byTimes.forEach(
        (key, some) -> {
          if (some.size() >= MIN_SAME_TIMES) {
            cut(key.shape, true, some, parts);
          } else {
            for (HourRollup series : some) {
              ownTimes
                  .computeIfAbsent(
                      Key.ofBuckets(series, key.shape, buckets), k -> new ArrayList<>())
                  .add(series);
            }
          }
        });
    ownTimes.forEach(
        (key, some) -> {
          some.sort((a, b) -> Long.compare(a.seriesId, b.seriesId));
          cut(key.shape, false, some, parts);
        });
    return parts;
  }

  private static void cut(Shape shape, boolean sameTimes, List<HourRollup> some, List<Part> into) {
    int max = maxSeries(shape, sameTimes);
    for (int start = 0; start < some.size(); ) {
      int end = end(some, start, max);
      into.add(new Part(shape, sameTimes, some.subList(start, end)));
      start = end;
    }
  }

  /** At the border of two metrics, unless that leaves the part less than three quarters full. */
  private static int end(List<HourRollup> some, int start, int max) {
    int end = Math.min(some.size(), start + max);
    if (end < some.size()) {
      for (int border = end; border > start + max * 3 / 4; border--) {
        if (metric(some.get(border - 1)) != metric(some.get(border))) {
          return border;
        }
      }
    }
    return end;
  }

  private static long metric(HourRollup series) {
    return series.seriesId >> METRIC_SHIFT;
  }

  /** Whether any of the series has samples in a bucket or the hour. */
  boolean has(int slot) {
    return series.get(0).samples[slot] > 0; // a part's series have samples in the same buckets
  }

  private static final class Key {
    final Shape shape;
    private final int[] content;

    private Key(Shape shape, int[] content) {
      this.shape = shape;
      this.content = content;
    }

    static Key ofTimes(HourRollup series, boolean buckets) {
      int from = buckets ? 0 : HourRollup.WHOLE;
      int slots = HourRollup.WHOLE + 1 - from;
      int[] content = new int[3 * slots];
      System.arraycopy(series.samples, from, content, 0, slots);
      System.arraycopy(series.firstMs, from, content, slots, slots);
      System.arraycopy(series.lastMs, from, content, 2 * slots, slots);
      return new Key(series.shape(), content);
    }

    static Key ofBuckets(HourRollup series, Shape shape, boolean buckets) {
      return new Key(
          shape,
          buckets ? Arrays.stream(series.samples).map(Integer::signum).toArray() : new int[0]);
    }

    @Override
    public boolean equals(Object object) {
      return object instanceof Key other
          && shape == other.shape
          && Arrays.equals(content, other.content);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(content) + shape.hashCode();
    }
  }
}
