// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections leave files for what else is needed. */
class OpenFilesTest {
  @ParameterizedTest
  @CsvSource({
    "20000, 524288, 20000",
    "20000, 20500, 20000",
    "20000, 20000, 19500",
    "20000, 1024, 524",
    "20000, 256, 128",
    "50, 256, 50",
    "20000, 9223372036854775807, 20000",
    "20000, -1, 20000",
  })
  void the_limit_of_open_files_bounds_connections(int wanted, long files, int expected) {
    assertEquals(expected, OpenFiles.connections(wanted, files));
  }
}
