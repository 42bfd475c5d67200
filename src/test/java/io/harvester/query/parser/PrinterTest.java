// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.query.promql.Expr;
import io.harvester.query.promql.PromqlException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PrinterTest {
  private static Expr parse(String query) throws PromqlException {
    return PromqlParser.parse(query, true);
  }

  static Stream<Answers> printed() {
    return Answers.of("printed.tsv");
  }

  @ParameterizedTest
  @MethodSource("printed")
  void a_query_is_formatted_as_by_prometheus(Answers row) throws Exception {
    Expr expr = PromqlParser.parse(row.query(), row.experimental());
    assertEquals(row.answer(), Printer.pretty(expr));
    if (!row.answer().contains("\n")) {
      assertEquals(row.answer(), Printer.print(expr));
    }
  }

  @ParameterizedTest
  @MethodSource("printed")
  void what_is_printed_is_the_same_expression(Answers row) throws Exception {
    String printed = Printer.print(PromqlParser.parse(row.query(), row.experimental()));
    assertEquals(printed, Printer.print(PromqlParser.parse(printed, row.experimental())));
  }

  @Test
  void labels_of_a_matching_that_need_quotes_get_them() throws Exception {
    assertEquals(
        "a + on (\"b.c\", d) group_left (\"e f\") g",
        Printer.print(parse("a + on(\"b.c\", d) group_left(\"e f\") g")));
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "1e21, 1000000000000000000000",
    "1e23, 100000000000000000000000",
    "2e-3, 0.002",
    "123456789.123456789, 123456789.12345679",
    "-0, -0",
    "Inf, +Inf",
  })
  void a_number_is_printed_with_the_fewest_digits_and_no_exponent(String query, String printed)
      throws Exception {
    assertEquals(printed, Printer.print(parse(query)));
  }

  @Test
  void the_smallest_number_is_printed_in_full() throws Exception {
    assertEquals("0." + "0".repeat(323) + "5", Printer.print(parse("5e-324")));
  }

  @Test
  void a_long_expression_is_split_and_indented() throws Exception {
    String metric = "a_metric_with_a_name_that_fills_almost_half_of_a_line_of_text";
    assertEquals(
        "sum by (node) (\n    rate(" + metric + "[5m])\n  /\n    " + metric + "\n)",
        Printer.pretty(parse("sum by (node) (rate(" + metric + "[5m]) / " + metric + ")")));
  }
}
