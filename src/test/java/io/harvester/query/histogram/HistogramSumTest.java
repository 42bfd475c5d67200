// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramSumTest {
  private static FloatHistogram parse(String literal) {
    return HistogramLiteral.parse(literal);
  }

  /** Few layouts, so that some histograms have the layout of the sum. */
  private static FloatHistogram random(Random random) {
    StringBuilder literal = new StringBuilder("{{count:" + random.nextInt(99));
    literal.append(" sum:" + random.nextInt(99) / 4.0 + " z_bucket:" + random.nextInt(9));
    literal.append(random.nextInt(8) == 0 ? " z_bucket_w:1" : " z_bucket_w:0.5");
    literal.append(random.nextInt(8) == 0 ? " schema:1" : " schema:2");
    for (String sign : new String[] {"", "n_"}) {
      literal.append(" " + sign + "offset:" + random.nextInt(4) + " " + sign + "buckets:[");
      for (int i = random.nextInt(4); i >= 0; i--) {
        literal.append(random.nextInt(9)).append(i == 0 ? "]" : " ");
      }
    }
    FloatHistogram histogram = parse(literal + "}}");
    CounterReset[] hints = CounterReset.values();
    return histogram.compact().withHint(hints[random.nextInt(3)]);
  }

  @Test
  void a_sum_in_place_equals_the_sum_of_copies() throws Exception {
    Random random = new Random(35);
    for (int round = 0; round < 500; round++) {
      FloatHistogram expected = random(random);
      HistogramSum sum = new HistogramSum(expected);
      boolean collided = false;
      for (int i = 0; i < 6; i++) {
        FloatHistogram next = random(random);
        collided |= expected.hint().collidesWith(next.hint());
        expected = expected.add(next);
        sum.add(next);
        assertEquals(expected, sum.result());
        assertEquals(expected.hint(), sum.result().hint());
      }
      assertEquals(collided, sum.hintsCollided());
    }
  }

  @Test
  void a_mean_in_place_equals_the_mean_of_copies() throws Exception {
    Random random = new Random(36);
    for (int round = 0; round < 500; round++) {
      FloatHistogram expected = random(random);
      HistogramMean mean = new HistogramMean(expected);
      for (int n = 2; n < 7; n++) {
        FloatHistogram next = random.nextBoolean() ? expected.mul(n) : random(random);
        expected = expected.add(next.div(n).sub(expected.div(n)));
        mean.add(next);
        if (random.nextInt(3) == 0) {
          assertEquals(expected, mean.result());
        }
      }
      assertEquals(expected, mean.result());
      assertEquals(expected.hint(), mean.result().hint());
    }
  }

  @Test
  void the_histograms_that_are_added_do_not_change() throws Exception {
    FloatHistogram one = parse("{{count:1 sum:1 buckets:[1 1]}}");
    HistogramSum sum = new HistogramSum(one);
    HistogramMean mean = new HistogramMean(one);
    for (int i = 0; i < 3; i++) {
      sum.add(one);
      mean.add(one.mul(3));
    }
    FloatHistogram total = sum.result();
    FloatHistogram average = mean.result();
    sum.add(one);
    mean.add(one);
    assertEquals(parse("{{count:1 sum:1 buckets:[1 1]}}"), one);
    assertEquals(one.mul(4), total);
    assertEquals(one.mul(5), sum.result());
    assertEquals(one.mul(2.5), average);
  }

  @Test
  void a_sum_without_the_incompatible_histogram_goes_on() throws Exception {
    FloatHistogram custom = parse("{{schema:-53 count:1 custom_values:[1] buckets:[1]}}");
    HistogramSum sum = new HistogramSum(custom);
    assertThrows(IncompatibleSchemasException.class, () -> sum.add(parse("{{buckets:[1]}}")));
    FloatHistogram other = parse("{{schema:-53 custom_values:[2] buckets:[1]}}");
    assertTrue(
        assertThrows(IncompatibleSchemasException.class, () -> sum.add(other)).customBounds());
    sum.add(custom);
    assertEquals(custom.mul(2), sum.result());
    assertFalse(sum.hintsCollided());
    HistogramMean mean = new HistogramMean(custom);
    assertThrows(IncompatibleSchemasException.class, () -> mean.add(other));
  }
}
