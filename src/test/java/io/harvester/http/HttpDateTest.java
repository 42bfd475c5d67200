// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpDateTest {
  @ParameterizedTest
  @CsvSource({
    "784111777, 'Sun, 06 Nov 1994 08:49:37 GMT'", // the example of RFC 9110, 5.6.7
    "0, 'Thu, 01 Jan 1970 00:00:00 GMT'",
    "1792000000, 'Wed, 14 Oct 2026 17:46:40 GMT'"
  })
  void a_time_is_formatted(long second, String text) {
    assertEquals(text, HttpDate.at(second));
    assertEquals(text, HttpDate.at(second));
  }
}
