// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatcherTest {
  @ParameterizedTest
  @CsvSource({
    "EQUAL,      a,           a,        true",
    "EQUAL,      a,           b,        false",
    "EQUAL,      '',          '',       true",
    "NOT_EQUAL,  a,           b,        true",
    "NOT_EQUAL,  '',          '',       false",
    "REGEX,      a.*,         abc,      true",
    "REGEX,      b,           abc,      false",
    "REGEX,      .*,          '',       true",
    "REGEX,      .+,          '',       false",
    "REGEX,      .+,          x,        true",
    "REGEX,      a|b|,        '',       true",
    "REGEX,      a|b,         b,        true",
    "REGEX,      a|b,         ab,       false",
    "REGEX,      '',          '',       true",
    "REGEX,      '',          a,        false",
    "REGEX,      'x(a|b)y|z', z,        true",
    "REGEX,      'x(a|b)y|z', xzy,      false",
    "REGEX,      '(?i)ab',    AB,       true",
    "NOT_REGEX,  a.*,         abc,      false",
    "NOT_REGEX,  a.*,         '',       true",
    "REGEX,      '^ab$',      ab,       true",
  })
  void a_value_is_compared_as_by_prometheus(
      Matcher.Type type, String value, String label, boolean is) {
    assertEquals(is, Matcher.of(type, "l", value).matches(label));
  }

  @Test
  void a_dot_matches_a_line_break() {
    assertTrue(Matcher.of(Matcher.Type.REGEX, "l", "a.b").matches("a\nb"));
    assertTrue(Matcher.of(Matcher.Type.REGEX, "l", ".*").matches("\n"));
    assertTrue(Matcher.of(Matcher.Type.REGEX, "l", "[a-z].+").matches("a\n"));
  }

  @Test
  void what_re2_refuses_is_an_error_that_shows_the_expression() {
    for (String invalid : new String[] {"(", "a{2,1}", "(?=a)", "\\1", "*"}) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Matcher.of(Matcher.Type.REGEX, "l", invalid))
              .getMessage();
      assertTrue(message.contains("invalid regular expression " + invalid), message);
    }
  }

  @Test
  void it_prints_itself_as_in_a_selector() {
    assertEquals(
        "a!~\"x\\\"y\\\\d\"", Matcher.of(Matcher.Type.NOT_REGEX, "a", "x\"y\\d").toString());
  }
}
