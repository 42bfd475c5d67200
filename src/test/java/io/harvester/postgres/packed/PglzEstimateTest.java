// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class PglzEstimateTest {
  private static int bytes(int count, IntToDoubleFunction value) {
    SeriesColumn series = new SeriesColumn(1);
    for (int i = 0; i < count; i++) {
      series.add(i, Double.doubleToRawLongBits(value.applyAsDouble(i)));
    }
    return new PglzEstimate().bytes(series);
  }

  @Test
  void constant_values_compress_to_next_to_nothing() {
    int bytes = bytes(240, i -> 4711.25);
    assertTrue(bytes < 50, () -> bytes + " bytes");
  }

  @Test
  void few_distinct_values_compress_well() {
    int bytes = bytes(240, i -> i * 7919 % 10 / 8.0);
    assertTrue(bytes < 240 * 8 / 2, () -> bytes + " bytes");
  }

  @Test
  void random_bits_do_not_compress() {
    Random random = new Random(1);
    int bytes = bytes(240, i -> random.nextDouble());
    assertTrue(bytes > 240 * 8 * 3 / 4, () -> bytes + " bytes");
  }

  @Test
  void more_values_than_the_history_are_estimated_too() {
    int bytes = bytes(3_600, i -> i % 100);
    assertTrue(bytes < 3_600 * 8 / 2, () -> bytes + " bytes");
  }
}
