// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The formats of values. */
class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "250ms, PT0.25S",
    "30s, PT30S",
    "10m, PT10M",
    "2h, PT2H",
    "90d, PT2160H",
    "2w, PT336H",
    "1y, PT8760H",
    "1000y, PT8760000H",
    "90s, PT1M30S",
    "1h30m, PT1H30M",
    "1d12h, PT36H",
    "2h0m, PT2H",
    "0s, PT0S",
    "1m500ms, PT1M0.5S",
    "1y2w3d4h5m6s7ms, PT9172H5M6.007S"
  })
  void a_duration_has_units(String text, Duration expected) {
    assertEquals(expected, Values.duration(text));
  }

  @ParameterizedTest
  @CsvSource({
    "30, is not a duration",
    "-1s, is not a duration",
    "1.5h, is not a duration",
    "1h 30m, is not a duration",
    "30m1h, is not a duration",
    "1h1h, is not a duration",
    "1h30, is not a duration",
    "h, is not a duration",
    "1H, is not a duration",
    "'', is not a duration",
    "1001y, at most 1000y",
    "1000y1ms, at most 1000y",
    "99999999999999999999999999y, at most 1000y"
  })
  void an_invalid_duration_is_refused(String text, String message) {
    refused(Values::duration, text, message);
  }

  @Test
  void a_duration_may_have_a_lower_bound() {
    assertEquals(Duration.ofSeconds(1), Values.duration("1s", "1s"));
    refused(text -> Values.duration(text, "1s"), "999ms", "must be at least 1s, not 999ms");
    refused(text -> Values.duration(text, "1m"), "0", "must be at least 1m, not 0");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "512b, 512",
    "1k, 1024",
    "1kb, 1024",
    "1KiB, 1024",
    "32MiB, 33554432",
    "32 MiB, 33554432",
    "1G, 1073741824"
  })
  void a_size_may_have_a_binary_unit(String text, long expected) {
    assertEquals(expected, Values.bytes(text));
  }

  @Test
  void a_size_may_be_a_percentage_of_the_heap() {
    assertEquals(Runtime.getRuntime().maxMemory() / 100 * 25, Values.bytes("25%"));
  }

  @ParameterizedTest
  @CsvSource({
    "1T, is not a size",
    "-1, is not a size",
    "'', is not a size",
    "0%, must be from 1 to 90",
    "91%, must be from 1 to 90",
    "99999999999999999999, is not a number"
  })
  void an_invalid_size_is_refused(String text, String message) {
    refused(Values::bytes, text, message);
  }

  @Test
  void a_size_beyond_64_bits_is_refused() {
    assertThrows(ArithmeticException.class, () -> Values.bytes("9999999999999999G"));
  }

  @ParameterizedTest
  @CsvSource({"5, 5", "' 5 ', 5", "1, 1", "10, 10"})
  void a_number_is_within_its_bounds(String text, long expected) {
    assertEquals(expected, Values.number(text, 1, 10));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 'must be from 1 to 10, not 0'", "11, 'must be from 1 to 10, not 11'",
    "x, is not a number: x", "'', is not a number"
  })
  void an_invalid_number_is_refused(String text, String message) {
    refused(t -> Values.number(t, 1, 10), text, message);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "YES, true", "1, true", "false, false", "no, false", "0, false"})
  void a_flag_is_true_or_false(String text, boolean expected) {
    assertEquals(expected, Values.flag(text));
  }

  @Test
  void an_invalid_flag_is_refused() {
    refused(Values::flag, "maybe", "must be true or false, not maybe");
  }

  private static void refused(Function<String, ?> parser, String text, String message) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> parser.apply(text));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
