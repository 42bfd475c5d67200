// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.rollup;

import io.harvester.read.Rollup;
import java.util.Arrays;

/**
 * The samples that stand for the rollups of a series: few, but so that a function gives for windows
 * of whole rollups what it gave for the samples. Windows shorter than a rollup find at least one
 * sample, and two where a function needs two.
 */
public final class RolledSamples {
  /** In a window there are at least two of the samples on a line. */
  private static final int PER_WINDOW = 3;

  private final RollupUse use;
  private final long span;
  private final long window;
  private long[] times = new long[16];
  private double[] values = new double[16];
  private int[] stored = new int[16];
  private int count;

  /**
   * No samples yet.
   *
   * @param span length of the rollups, ms
   * @param window length of the ranges in which the samples are looked for, ms
   */
  public RolledSamples(RollupUse use, long span, long window) {
    this.use = use;
    this.span = span;
    this.window = Math.max(1, Math.min(window, span));
  }

  /** Adds the next rollup of the series. */
  public void add(Rollup rollup) {
    if (use == RollupUse.LAST) {
      truncate(rollup.lastTime());
    }
    int from = count;
    switch (use) {
      case LAST -> hold(rollup);
      case LOWEST -> spread(rollup, steps(), rollup.lowest());
      case HIGHEST -> spread(rollup, steps(), rollup.highest());
      case AVERAGE -> spread(rollup, steps(), rollup.total() / rollup.samples());
      case TOTAL -> spread(rollup, steps(), rollup.total() / steps());
      case COUNT -> spread(rollup, steps(), rollup.last());
      case COUNTER -> climb(rollup);
      case LINE -> line(rollup.firstTime(), rollup.first(), rollup.lastTime(), rollup.last());
    }
    share(from, rollup.samples());
  }

  /** The first of a rollup's samples stands for one, the last one for all that are left. */
  private void share(int from, int samples) {
    int last = count - 1;
    int before = storedBefore(from);
    boolean ends = use == RollupUse.COUNTER || use == RollupUse.LINE;
    for (int i = from; i <= last; i++) {
      long part =
          ends && last > from
              ? (long) (samples - 1) * (i - from) / (last - from) + 1
              : (long) samples * (i - from + 1) / (last - from + 1);
      stored[i] = before + (int) part;
    }
  }

  /** Adds real samples, which are newer; they end what a rollup's value was held for. */
  public void add(long[] time, double[] value, int size) {
    if (size > 0) {
      truncate(time[0]);
      reserve(size);
      System.arraycopy(time, 0, times, count, size);
      System.arraycopy(value, 0, values, count, size);
      int before = storedBefore(count);
      for (int i = 0; i < size; i++) {
        stored[count + i] = before + i + 1;
      }
      count += size;
    }
  }

  /** Times in ms since the epoch, ascending; the first {@link #count} are used. */
  public long[] times() {
    return times;
  }

  /** The values at the times. */
  public double[] values() {
    return values;
  }

  /** How many stored samples the samples up to each one stand for. */
  public int[] stored() {
    return stored;
  }

  /** Number of samples. */
  public int count() {
    return count;
  }

  private int storedBefore(int sample) {
    return sample == 0 ? 0 : stored[sample - 1];
  }

  private int steps() {
    return (int) ((span + window - 1) / window);
  }

  /** The last value is the newest one until the next rollup ends. */
  private void hold(Rollup rollup) {
    for (long time = rollup.lastTime(); time < rollup.lastTime() + span; time += window) {
      put(time, rollup.last());
    }
  }

  private void spread(Rollup rollup, int parts, double value) {
    for (int part = parts - 1; part >= 0; part--) {
      put(rollup.end() - part * span / parts, value);
    }
  }

  /** Resets are one drop to 0 in the middle, from what all of them dropped. */
  private void climb(Rollup rollup) {
    long middle = (rollup.firstTime() + rollup.lastTime()) / 2;
    if (rollup.dropped() > 0 && middle > rollup.firstTime() && middle + 1 < rollup.lastTime()) {
      line(rollup.firstTime(), rollup.first(), middle, rollup.dropped());
      line(middle + 1, 0, rollup.lastTime(), rollup.last());
    } else {
      line(rollup.firstTime(), rollup.first(), rollup.lastTime(), rollup.last());
    }
  }

  private void line(long from, double first, long to, double last) {
    put(from, first);
    if (to > from) {
      long parts = window < span ? Math.min(to - from, (to - from) * PER_WINDOW / window + 1) : 1;
      for (long part = 1; part < parts; part++) {
        double share = (double) part / parts;
        put(from + (to - from) * part / parts, first + (last - first) * share);
      }
      put(to, last);
    }
  }

  private void put(long time, double value) {
    reserve(1);
    times[count] = time;
    values[count++] = value;
  }

  private void truncate(long time) {
    while (count > 0 && times[count - 1] >= time) {
      count--;
    }
  }

  private void reserve(int more) {
    if (count + more > times.length) {
      int length = Math.max(count + more, times.length * 2);
      times = Arrays.copyOf(times, length);
      values = Arrays.copyOf(values, length);
      stored = Arrays.copyOf(stored, length);
    }
  }
}
