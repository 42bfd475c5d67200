// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
  @Test
  void percentiles_areWithinThreePercent() {
    LatencyHistogram first = new LatencyHistogram();
    LatencyHistogram second = new LatencyHistogram();
    for (int micros = 1; micros <= 10_000; micros++) {
      (micros % 2 == 0 ? first : second).add(micros * 1000L);
    }
    first.add(second);
    assertEquals(5.0, first.millis(0.5), 0.15);
    assertEquals(9.9, first.millis(0.99), 0.3);
    assertEquals(10.0, first.maxMillis());
  }

  @Test
  void empty_isZero() {
    assertEquals(0, new LatencyHistogram().millis(0.99));
  }
}
