// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected texts are those of Go's strconv.AppendFloat. */
class GoNumberTest {
  private static String text(double value) {
    StringBuilder out = new StringBuilder();
    GoNumber.appendJson(value, out);
    return out.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "-17, -17",
    "0.1, 0.1",
    "2.0E-3, 0.002",
    "1.5E-6, 0.0000015",
    "9.99E-7, 9.99e-07",
    "1.0E-10, 1e-10",
    "1.0E-100, 1e-100",
    "123456.789, 123456.789",
    "1.0E15, 1000000000000000",
    "1.2345678901234567E19, 12345678901234567000",
    "9.999999999999999E20, 999999999999999900000",
    "1.0E21, 1e+21",
    "-1.25E300, -1.25e+300",
    "4.9E-324, 5e-324",
    "1.7976931348623157E308, 1.7976931348623157e+308",
    "2.2250738585072014E-308, 2.2250738585072014e-308",
    "NaN, NaN",
    "Infinity, +Inf",
    "-Infinity, -Inf",
    "8.41E21, 8.41e+21",
    "2.0E-44, 2e-44",
    "9007199254740993, 9007199254740992",
  })
  void numbers_look_as_in_go(double value, String expected) {
    assertEquals(expected, text(value));
  }

  @Test
  void every_text_reads_back_as_the_same_number() {
    Random random = new Random(3);
    for (int i = 0; i < 200_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertEquals(value, Double.parseDouble(text(value)), text(value));
      }
    }
  }
}
