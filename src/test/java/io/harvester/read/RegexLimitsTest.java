// SPDX-License-Identifier: Apache-2.0
package io.harvester.read;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexLimitsTest {
  static Stream<String> huge() {
    return Stream.of(
        "((((x{1000}){1000}){1000}){1000})",
        "(x{40}y){40}",
        "x{30}{40}",
        "(x{1000}){1,2}y{2}",
        "(((a{0,100}){1,10}){2})",
        "x{1000}".repeat(1_000),
        "(a|(b{500})){3}",
        "(".repeat(100_000) + ")".repeat(100_000),
        "(a?".repeat(2_000) + ")".repeat(2_000),
        "a*".repeat(500_000));
  }

  @ParameterizedTest
  @MethodSource("huge")
  void an_expression_with_a_huge_automaton_is_refused_at_once(String expression) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Matcher.of(Matcher.Type.REGEX, "l", expression));
    assertTrue(
        e.getMessage().matches("(?s).*(invalid repeat count|too large|nests too deeply).*"),
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x{1000}",
        "(x{10}){100}",
        "x{,5}",
        "x{a}{b}",
        "[]{1000}](y{2}){3}",
        "[^]]{999}",
        "\\Q{1000}{1000}\\E",
        "\\{1000}{1000}",
        "(a{500}|b{500}){2}",
        "web-[0-9]{1,3}\\.(de|at|ch)\\.example",
      })
  void an_expression_of_a_usual_size_is_accepted(String expression) {
    assertDoesNotThrow(() -> Matcher.of(Matcher.Type.REGEX, "l", expression));
  }

  @Test
  void a_list_of_ten_thousand_hosts_is_accepted() {
    String hosts = "host-0001\\.example|".repeat(10_000) + "x";
    assertTrue(Matcher.of(Matcher.Type.REGEX, "l", hosts).matches("host-0001.example"));
  }
}
