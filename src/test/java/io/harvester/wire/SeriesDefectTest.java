// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SeriesDefectTest {
  /** Responses separate reasons by commas and put examples in parentheses. */
  @ParameterizedTest
  @EnumSource
  void a_reason_is_one_item_of_a_list(SeriesDefect defect) {
    assertTrue(defect.reason().matches("[^,;()]+"), defect.reason());
  }

  @Test
  void reasons_differ() {
    assertEquals(
        SeriesDefect.values().length,
        Stream.of(SeriesDefect.values()).map(SeriesDefect::reason).distinct().count());
  }
}
