// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerConfigurationTest {
  @TempDir Path temp;

  @Test
  void memory_is_a_quarter_of_the_machine_within_bounds() throws Exception {
    assertMemory(64, "32MB");
    assertMemory(2048, "512MB");
    assertMemory(65536, "1024MB");
  }

  private void assertMemory(long machineMb, String expected) throws Exception {
    try (DataFolder folder = DataFolder.open(temp.resolve("it's data"))) {
      String text = ServerConfiguration.configuration(folder, 15432, machineMb, "posix");
      assertTrue(text.contains("shared_buffers = " + expected + "\n"), text);
      assertTrue(text.contains("it''s data/pg_hba.conf'\n"), text);
    }
  }
}
