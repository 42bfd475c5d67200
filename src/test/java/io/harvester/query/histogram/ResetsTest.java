// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResetsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # counts
          {{count:5 buckets:[5]}} | {{count:5 buckets:[5]}} | false
          {{count:5 buckets:[5]}} | {{count:6 buckets:[6]}} | false
          {{count:5 buckets:[5]}} | {{count:4 buckets:[5]}} | true
          {{sum:5}} | {{sum:4}} | false
          {{z_bucket:5}} | {{z_bucket:4}} | true
          {{buckets:[5 5]}} | {{buckets:[9 4]}} | true
          {{n_buckets:[5 5]}} | {{n_buckets:[9 4]}} | true
          # absent buckets
          {{buckets:[1 2]}} | {{buckets:[1]}} | true
          {{buckets:[1 0]}} | {{buckets:[1]}} | false
          {{buckets:[1 0 2]}} | {{buckets:[1]}} | true
          {{buckets:[1 2]}} | {{offset:1 buckets:[2]}} | true
          {{buckets:[0 2]}} | {{offset:1 buckets:[2]}} | false
          {{buckets:[1]}} | {{}} | true
          {{}} | {{buckets:[1]}} | false
          {{offset:3 buckets:[1]}} | {{buckets:[2 2 2 2 2]}} | false
          # schemas
          {{schema:1 offset:1 buckets:[2 3]}} | {{offset:1 buckets:[5]}} | false
          {{schema:1 offset:1 buckets:[2 3]}} | {{offset:1 buckets:[4]}} | true
          {{offset:1 buckets:[5]}} | {{schema:1 offset:1 buckets:[9 9]}} | true
          # zero buckets
          {{z_bucket:1 z_bucket_w:1}} | {{z_bucket:1 z_bucket_w:0.5}} | true
          {{z_bucket:1 z_bucket_w:0.5 buckets:[2]}} | {{z_bucket:3 z_bucket_w:1}} | false
          {{z_bucket:1 z_bucket_w:0.5 buckets:[2]}} | {{z_bucket:2 z_bucket_w:1}} | true
          {{z_bucket_w:0.5 buckets:[2]}} | {{z_bucket:9 z_bucket_w:0.75 buckets:[9]}} | true
          {{z_bucket_w:0.5 buckets:[0 2]}} | {{z_bucket:9 z_bucket_w:0.75 buckets:[9 9]}} | false
          # a change of the zero bucket: only the first bucket beyond the current ones counts
          {{z_bucket_w:0.5 offset:1 buckets:[0 2]}} | {{z_bucket_w:1}} | false
          {{z_bucket_w:0.5 offset:1 buckets:[2 2]}} | {{z_bucket_w:1}} | true
          # custom buckets
          {{schema:-53 custom_values:[1] buckets:[1]}} | {{schema:-53 custom_values:[1] buckets:[2]}} | false
          {{schema:-53 custom_values:[1] buckets:[2]}} | {{schema:-53 custom_values:[1] buckets:[1]}} | true
          {{schema:-53 custom_values:[1]}} | {{schema:-53 custom_values:[2]}} | true
          {{schema:-53 custom_values:[1]}} | {{}} | true
          {{}} | {{schema:-53 custom_values:[1]}} | true
          """)
  void a_reset_is_detected(String previous, String current, boolean reset) {
    FloatHistogram before = HistogramLiteral.parse(previous);
    FloatHistogram now = HistogramLiteral.parse(current);
    assertEquals(reset, now.detectReset(before));
    assertEquals(reset, now.withHint(CounterReset.GAUGE).detectReset(before));
  }

  @Test
  void a_hint_decides() {
    FloatHistogram many = HistogramLiteral.parse("{{count:9 buckets:[9]}}");
    FloatHistogram few = HistogramLiteral.parse("{{count:1 buckets:[1]}}");
    assertEquals(false, few.withHint(CounterReset.NO_RESET).detectReset(many));
    assertEquals(true, many.withHint(CounterReset.RESET).detectReset(few));
  }
}
