// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected texts are those of Go's strconv.AppendFloat. */
class GoNumberTest {
  private static String text(double value) {
    byte[] out = new byte[GoNumber.MAX_LENGTH + 1];
    return new String(out, 1, GoNumber.putJson(value, out, 1) - 1, StandardCharsets.ISO_8859_1);
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

  @ParameterizedTest
  @CsvSource({
    "1.0E300, 1, 301",
    "4.9E-324, 0.0000, 326",
    "-2.2250738585072014E-308, -0.0000, 327",
    "-1.7976931348623157E308, -17976931348623157, 310",
  })
  void without_an_exponent_numbers_are_long(double value, String start, int length) {
    String text = GoNumber.decimal(value);
    assertTrue(text.startsWith(start), text);
    assertEquals(length, text.length());
    assertEquals(value, Double.parseDouble(text));
  }

  /** As Jackson's, which is another implementation of the same method. */
  @Test
  void digits_are_the_fewest_and_nearest() {
    Random random = new Random(4);
    for (int i = 0; i < 300_000; i++) {
      double value =
          Math.abs(
              switch (i % 4) {
                case 0 -> Double.longBitsToDouble(random.nextLong());
                case 1 -> random.nextInt(1_000_000) / 1000.0;
                case 2 -> Math.scalb(1.0, random.nextInt(2046) - 1022); // powers of 2
                default -> random.nextDouble() * 1e6;
              });
      if (value >= 1e-300 && Double.isFinite(value)) {
        assertEquals(
            new BigDecimal(DoubleToDecimal.toString(value)).stripTrailingZeros(),
            new BigDecimal(GoNumber.general(value)).stripTrailingZeros());
      }
    }
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
