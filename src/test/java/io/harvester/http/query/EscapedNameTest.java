// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscapedNameTest {
  @ParameterizedTest
  @CsvSource({
    "job, job",
    "U__a_2e_b, a.b",
    "U__a__b, a_b",
    "U___1F600_, \uD83D\uDE00",
    "U__a_zz_b, U__a_zz_b",
    "U__a_2e, U__a_2e",
    "U__a_ffffff_, U__a_ffffff_",
  })
  void escaped_names_are_decoded(String text, String name) {
    assertEquals(name, EscapedName.decode(text));
  }
}
