// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.rollup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.postgres.rollup.HourRollup.Shape;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The rollup of an hour against its definition, on random samples. */
class HourRollupTest {
  private static final long HOUR_START = 1_700_000 * HourRollup.HOUR;
  private static final long STALE = 0x7ff0000000000002L;

  private final Random random = new Random(20);

  private record Sample(int offset, long bits) {
    double value() {
      return Double.longBitsToDouble(bits);
    }
  }

  @Test
  void random_samples_give_what_the_definition_gives() {
    for (int round = 0; round < 3_000; round++) {
      List<Sample> samples = samples(round % 6);
      HourRollup rollup = new HourRollup(1);
      SampleList shuffled = new SampleList();
      for (Sample sample : samples) {
        shuffled.add(HOUR_START + sample.offset, sample.bits);
        if (random.nextInt(4) == 0) {
          shuffled.add(HOUR_START + sample.offset, sample.bits ^ 1); // a duplicate: the first wins
        }
      }
      shuffled.sort();
      for (int i = 0; i < shuffled.count(); i++) {
        assertEquals(HOUR_START + HourRollup.HOUR, HourRollup.hourEnd(shuffled.time(i)));
        rollup.add((int) (shuffled.time(i) - HOUR_START), shuffled.bits(i));
      }
      rollup.finish();
      for (int slot = 0; slot < HourRollup.WHOLE; slot++) {
        mustBe(of(samples, slot * 300_000, (slot + 1) * 300_000), rollup, slot);
      }
      mustBe(of(samples, 0, 3_600_000), rollup, HourRollup.WHOLE);
    }
  }

  @Test
  void a_bucket_is_open_to_the_left_and_closed_to_the_right() {
    HourRollup rollup = new HourRollup(1);
    for (int offset : new int[] {1, 300_000, 300_001, 3_600_000}) {
      rollup.add(offset, Double.doubleToRawLongBits(offset));
    }
    rollup.finish();
    assertEquals(2, rollup.samples[0]);
    assertEquals(1, rollup.samples[1]);
    assertEquals(1, rollup.samples[HourRollup.WHOLE - 1]);
    assertEquals(4, rollup.samples[HourRollup.WHOLE]);
    assertEquals(HourRollup.HOUR, HourRollup.hourEnd(HourRollup.HOUR));
    assertEquals(HourRollup.HOUR, HourRollup.hourEnd(1));
    assertEquals(0, HourRollup.hourEnd(0));
    assertEquals(0, HourRollup.hourEnd(1 - HourRollup.HOUR));
  }

  @Test
  void the_shape_says_what_can_be_left_out() {
    assertEquals(Shape.CONSTANT, shape(3.5, 3.5, 3.5));
    assertEquals(Shape.RISING, shape(1, 1, 2));
    assertEquals(Shape.OTHER, shape(2, 1, 3));
    assertEquals(Shape.OTHER, shape(1, 3, 2));
    assertEquals(Shape.RISING, shape(Double.NaN, Double.NaN));
    assertEquals(Shape.RISING, shape(-0.0, -0.0), "their sum is 0, and -0 times 2 is -0");
    assertEquals(Shape.RISING, shape(1e308, 1e308), "PostgreSQL cannot compute 2e308");
    assertEquals(Shape.RISING, shape(0.0, Double.MIN_VALUE, Double.POSITIVE_INFINITY));
  }

  private static Shape shape(double... values) {
    HourRollup rollup = new HourRollup(1);
    for (int i = 0; i < values.length; i++) {
      rollup.add(1 + i * 200_000, Double.doubleToRawLongBits(values[i]));
    }
    rollup.finish();
    return rollup.shape();
  }

  /** By kind: constant, counter with resets, gauge, with NaN, with infinities, few and stale. */
  private List<Sample> samples(int kind) {
    List<Sample> samples = new ArrayList<>();
    double value = random.nextInt(1000);
    int step = kind == 5 ? 900_000 : 15_000;
    for (int offset = 1 + random.nextInt(step); offset <= 3_600_000; offset += step) {
      if (random.nextInt(40) == 0) {
        offset += random.nextInt(900_000); // a gap
      }
      switch (kind) {
        case 1 -> value = random.nextInt(50) == 0 ? 0 : value + random.nextDouble() * 100;
        case 2 -> value = random.nextGaussian() * 1e6;
        case 3 -> value = random.nextInt(3) == 0 ? Double.NaN : random.nextInt(9) - 4;
        case 4 ->
            value =
                random.nextInt(9) == 0
                    ? (random.nextBoolean() ? 1 : -1) * Double.POSITIVE_INFINITY
                    : random.nextGaussian();
        default -> {}
      }
      long bits = random.nextInt(30) == 0 ? STALE : Double.doubleToRawLongBits(value);
      if (offset <= 3_600_000) {
        samples.add(new Sample(offset, bits));
      }
    }
    return samples;
  }

  private static List<Sample> of(List<Sample> all, int after, int until) {
    return all.stream()
        .filter(s -> s.offset > after && s.offset <= until && s.bits != STALE)
        .toList();
  }

  private static void mustBe(List<Sample> expected, HourRollup rollup, int slot) {
    assertEquals(expected.size(), rollup.samples[slot]);
    if (expected.isEmpty()) {
      return;
    }
    Sample last = expected.get(expected.size() - 1);
    assertEquals(expected.get(0).offset, rollup.firstMs[slot]);
    assertEquals(expected.get(0).bits, rollup.first[slot]);
    assertEquals(last.offset, rollup.lastMs[slot]);
    assertEquals(last.bits, rollup.last[slot]);
    List<Double> numbers =
        expected.stream().map(Sample::value).filter(v -> !Double.isNaN(v)).toList();
    double lowest = numbers.stream().reduce((a, b) -> b < a ? b : a).orElse(Double.NaN);
    double highest = numbers.stream().reduce((a, b) -> b > a ? b : a).orElse(Double.NaN);
    assertEquals(lowest, Double.longBitsToDouble(rollup.lowest[slot]));
    assertEquals(highest, Double.longBitsToDouble(rollup.highest[slot]));
    double dropped = 0;
    for (int i = 1; i < expected.size(); i++) {
      double before = expected.get(i - 1).value();
      dropped += expected.get(i).value() < before ? before : 0;
    }
    assertEquals(dropped, Double.longBitsToDouble(rollup.dropped[slot]), Math.abs(dropped) * 1e-15);
    mustBeSum(expected, slot, Double.longBitsToDouble(rollup.total[slot]));
  }

  private static void mustBeSum(List<Sample> expected, int slot, double total) {
    double plain = expected.stream().mapToDouble(Sample::value).reduce(0, Double::sum);
    if (Double.isNaN(plain) || Double.isInfinite(plain)) {
      assertEquals(plain, total);
      return;
    }
    BigDecimal exact =
        expected.stream()
            .map(s -> new BigDecimal(s.value()))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    double largest = expected.stream().mapToDouble(s -> Math.abs(s.value())).max().orElse(0);
    double error = exact.subtract(new BigDecimal(total)).abs().doubleValue();
    double allowed = slot < HourRollup.WHOLE ? Math.ulp(total) : largest * 1e-13;
    assertTrue(error <= allowed + largest * 1e-28, exact + " is not " + total);
  }
}
