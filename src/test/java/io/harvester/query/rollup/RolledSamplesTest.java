// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.rollup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.read.Rollup;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RolledSamplesTest {
  private static final long HOUR = 3_600_000;
  private static final long MINUTE = 60_000;

  /** Sixty samples from 5 to 9; the counter was reset once, at 20. */
  private static Rollup hour(int number) {
    long end = number * HOUR;
    return new Rollup(end, 60, end - HOUR + MINUTE, end, 5, 9, 1, 20, 480, 20);
  }

  private static RolledSamples samples(RollupUse use, long window) {
    RolledSamples samples = new RolledSamples(use, HOUR, window);
    samples.add(hour(1));
    samples.add(hour(2));
    return samples;
  }

  private static double[] values(RolledSamples samples) {
    return Arrays.copyOf(samples.values(), samples.count());
  }

  private static int[] stored(RolledSamples samples) {
    return Arrays.copyOf(samples.stored(), samples.count());
  }

  private static long[] times(RolledSamples samples) {
    return Arrays.copyOf(samples.times(), samples.count());
  }

  @Test
  void windows_of_whole_rollups_need_one_sample_of_each() {
    assertArrayEquals(new double[] {9, 9}, values(samples(RollupUse.LAST, HOUR)));
    assertArrayEquals(new double[] {1, 1}, values(samples(RollupUse.LOWEST, 2 * HOUR)));
    assertArrayEquals(new double[] {20, 20}, values(samples(RollupUse.HIGHEST, HOUR)));
    assertArrayEquals(new double[] {8, 8}, values(samples(RollupUse.AVERAGE, HOUR)));
    assertArrayEquals(new double[] {480, 480}, values(samples(RollupUse.TOTAL, HOUR)));
    assertArrayEquals(new long[] {HOUR, 2 * HOUR}, times(samples(RollupUse.TOTAL, HOUR)));
    assertArrayEquals(new int[] {60, 120}, stored(samples(RollupUse.COUNT, HOUR)));
  }

  @Test
  void a_counter_drops_once_from_what_all_resets_dropped() {
    double[] values = values(samples(RollupUse.COUNTER, HOUR));
    assertArrayEquals(new double[] {5, 20, 0, 9, 5, 20, 0, 9}, values);
    assertArrayEquals(new double[] {5, 9, 5, 9}, values(samples(RollupUse.LINE, HOUR)));
    assertArrayEquals(new int[] {1, 60, 61, 120}, stored(samples(RollupUse.LINE, HOUR)));
  }

  @Test
  void a_sum_over_a_part_of_a_rollup_is_its_share() {
    double[] values = values(samples(RollupUse.TOTAL, 5 * MINUTE));
    assertEquals(24, values.length);
    assertEquals(40, values[7]);
    RolledSamples counted = samples(RollupUse.COUNT, 5 * MINUTE);
    assertEquals(5, counted.stored()[0]);
    assertEquals(120, counted.stored()[23]);
  }

  @ParameterizedTest
  @EnumSource
  void short_windows_find_samples_in_ascending_order(RollupUse use) {
    for (long window : new long[] {2 * MINUTE, 5 * MINUTE, 7 * MINUTE, HOUR - 1}) {
      RolledSamples samples = samples(use, window);
      long[] times = times(samples);
      for (int i = 1; i < times.length; i++) {
        assertTrue(times[i] > times[i - 1], use + " at " + i);
      }
      int needed = use == RollupUse.COUNTER || use == RollupUse.LINE ? 2 : 1;
      for (long time = HOUR + window; time <= 2 * HOUR; time += 13_000) {
        long end = time;
        long found = Arrays.stream(times).filter(t -> t > end - window && t <= end).count();
        assertTrue(found >= needed, use + " " + window + " at " + time);
      }
    }
  }

  @Test
  void real_samples_end_what_a_value_was_held_for() {
    RolledSamples samples = samples(RollupUse.LAST, 30 * MINUTE);
    assertArrayEquals(
        new long[] {HOUR, HOUR + 30 * MINUTE, 2 * HOUR, 2 * HOUR + 30 * MINUTE}, times(samples));
    samples.add(
        new long[] {2 * HOUR + MINUTE, 2 * HOUR + 2 * MINUTE, 0}, new double[] {1, 2, 3}, 2);
    assertArrayEquals(
        new long[] {HOUR, HOUR + 30 * MINUTE, 2 * HOUR, 2 * HOUR + MINUTE, 2 * HOUR + 2 * MINUTE},
        times(samples));
  }

  @Test
  void one_sample_is_one_sample() {
    for (RollupUse use : RollupUse.values()) {
      RolledSamples samples = new RolledSamples(use, HOUR, HOUR);
      samples.add(new Rollup(HOUR, 1, MINUTE, MINUTE, 7, 7, 7, 7, 7, 0));
      assertArrayEquals(new double[] {7}, values(samples), use.toString());
    }
  }
}
