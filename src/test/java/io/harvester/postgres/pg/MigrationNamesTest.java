// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The folders that a tier migrates with must not have the same version twice: it would not start.
 */
class MigrationNamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"common columnar", "common hypertable", "common postgres"})
  void a_tier_has_each_version_once(String folders) throws IOException {
    Map<String, Path> seen = new HashMap<>();
    for (String folder : folders.split(" ", -1)) {
      try (Stream<Path> files = Files.list(Path.of("sql", folder))) {
        List<Path> versioned =
            files.filter(file -> file.getFileName().toString().startsWith("V")).toList();
        assertFalse(versioned.isEmpty(), folder);
        for (Path file : versioned) {
          String name = file.getFileName().toString();
          Path other = seen.put(name.substring(0, name.indexOf("__")), file);
          assertTrue(other == null, file + " and " + other);
        }
      }
    }
  }
}
