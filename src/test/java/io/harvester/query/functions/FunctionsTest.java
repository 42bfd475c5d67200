// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.query.value.Labels;
import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionsTest {
  @Test
  void dates_follow_the_calendar() {
    long leapDay = 951_782_400; // 2000-02-29T00:00:00Z, a Tuesday
    assertEquals(29, DateFunctions.of("day_of_month").applyAsDouble(leapDay));
    assertEquals(60, DateFunctions.of("day_of_year").applyAsDouble(leapDay));
    assertEquals(2, DateFunctions.of("day_of_week").applyAsDouble(leapDay));
    assertEquals(29, DateFunctions.of("days_in_month").applyAsDouble(leapDay));
    assertEquals(2000, DateFunctions.of("year").applyAsDouble(leapDay));
    assertEquals(23, DateFunctions.of("hour").applyAsDouble(-1));
    assertEquals(59, DateFunctions.of("minute").applyAsDouble(-1));
    assertEquals(1969, DateFunctions.of("year").applyAsDouble(-1));
  }

  @Test
  void dates_of_what_is_no_time_are_those_of_go() {
    long none = DateFunctions.seconds(Double.NaN);
    assertEquals(Long.MIN_VALUE, none);
    assertEquals(292_277_026_596.0, DateFunctions.of("year").applyAsDouble(Long.MAX_VALUE));
  }

  @Test
  void runs_of_digits_are_compared_as_numbers() {
    assertTrue(NaturalOrder.isLess("node2", "node10"));
    assertFalse(NaturalOrder.isLess("node10", "node2"));
    assertTrue(NaturalOrder.isLess("1.2.10", "1.10.2"));
  }

  @Test
  void powers_of_one_and_infinities_are_those_of_go() {
    assertEquals(1, MathFunctions.pow(1, Double.NaN));
    assertEquals(1, MathFunctions.pow(-1, Double.POSITIVE_INFINITY));
    assertEquals(Double.POSITIVE_INFINITY, MathFunctions.max(Double.POSITIVE_INFINITY, Double.NaN));
    assertEquals(10, MathFunctions.of("log2").applyAsDouble(1024));
    assertEquals(-1074, MathFunctions.of("log2").applyAsDouble(Double.MIN_VALUE));
  }

  @Test
  void a_label_takes_groups_of_an_expression() {
    Column column = Column.of(Labels.of("src", "web-17"), new double[] {1});
    String[][] cases = {
      {"$1/${2}", "web/17"},
      {"$$1", "$1"},
      {"$kind", "web"},
      {"$1x", ""},
      {"${1}x", "webx"},
      {"a$", "a$"},
      {"$9", ""}
    };
    for (String[] each : cases) {
      List<Column> replaced =
          LabelFunctions.replace(
              List.of(column),
              "dst",
              each[0],
              "src",
              LabelFunctions.pattern("(?P<kind>[a-z]+)-([0-9]+)"));
      assertEquals(each[1], replaced.get(0).labels().value("dst"), each[0]);
    }
  }

  @Test
  void a_quantile_counts_nan_as_the_lowest_value() {
    assertEquals(2, Quantiles.of(1, new double[] {Double.NaN, 2, 1}));
    assertTrue(Double.isNaN(Quantiles.of(0, new double[] {Double.NaN, 2, 1})));
    assertEquals(1.5, Quantiles.of(0.5, new double[] {2, 1}));
  }
}
