// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.query.text.GoNumber;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelsTest {
  @Test
  void labels_are_sorted_and_empty_values_left_out() {
    Labels labels = Labels.of("job", "a", "__name__", "up", "Zone", "z", "none", "");
    assertEquals(List.of("Zone", "__name__", "job"), labels.names());
    assertEquals("", labels.value("none"));
    assertEquals("up", labels.metricName());
  }

  @Test
  void labels_of_a_stored_series_equal_those_that_were_built() {
    String[] pairs = {"Zone", "z", "job", "a", null, null, null, null};
    Labels stored = Labels.ofSorted(pairs, 4, "__name__", "up", "instance", "i");
    Labels built = Labels.of("instance", "i", "job", "a", "__name__", "up", "Zone", "z");
    assertEquals(built, stored);
    assertEquals(built.hashCode(), stored.hashCode());
    String[] nameless = {"job", "a", null, null, null, null};
    assertEquals(Labels.of("job", "a"), Labels.ofSorted(nameless, 2, "__name__", "", "node", ""));
  }

  @Test
  void the_text_is_the_one_of_prometheus() {
    assertEquals(
        "{__name__=\"up\", \"a.b\"=\"x\\\"\\n\\u200b\", job=\"é\"}",
        Labels.of("__name__", "up", "a.b", "x\"\n\u200b", "job", "é").toString());
  }

  @Test
  void labels_are_compared_by_code_points() {
    Labels plane0 = Labels.of("a", "\uffee");
    Labels plane1 = Labels.of("a", new String(Character.toChars(0x1f600)));
    assertTrue(plane0.compareTo(plane1) < 0);
    assertTrue(Labels.of("a", "1").compareTo(Labels.of("a", "1", "b", "2")) < 0);
  }

  @Test
  void the_hash_of_limit_ratio_is_xxh64_of_lengths_and_texts() {
    assertEquals(0xEF46DB3751D8E999L, SeriesHash.of(Labels.EMPTY)); // of no bytes
  }

  @Test
  void numbers_have_the_texts_of_go() {
    assertEquals("1e+06", GoNumber.general(1_000_000));
    assertEquals("100000", GoNumber.general(100_000));
    assertEquals("1e-05", GoNumber.general(0.00001));
    assertEquals("1.5", GoNumber.general(1.5));
    assertEquals("-Inf", GoNumber.general(Double.NEGATIVE_INFINITY));
    assertEquals("0.002", GoNumber.decimal(2e-3));
    assertEquals("20000000000000000000000", GoNumber.decimal(2e22));
    assertEquals("-0", GoNumber.decimal(-0.0));
  }

  @Test
  void texts_that_are_no_numbers_are_refused() {
    assertEquals(Double.POSITIVE_INFINITY, GoNumber.parse("+Inf"));
    assertEquals(0.5, GoNumber.parse(".5"));
    for (String text : new String[] {"", " 1", "1d", "1e999", "x", "1 "}) {
      assertThrows(NumberFormatException.class, () -> GoNumber.parse(text), text);
    }
  }
}
