// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogTest {
  @TempDir Path temp;

  @Test
  void a_long_log_is_copied_and_emptied_and_a_short_one_kept() throws IOException {
    Path file = temp.resolve("postgres.log");
    ServerLog serverLog = new ServerLog(file);
    Files.write(file, new byte[1000]);
    serverLog.trim();
    assertEquals(1000, serverLog.size());

    Files.write(file, new byte[17 * 1024 * 1024]);
    serverLog.trim();
    assertEquals(0, serverLog.size());
    assertEquals(17 * 1024 * 1024, Files.size(temp.resolve("postgres.log.1")));
  }

  @Test
  void errors_are_those_of_this_start_only() throws IOException {
    Path file = temp.resolve("postgres.log");
    Files.write(file, List.of("12:00 [1] FATAL:  of an earlier start"));
    ServerLog serverLog = new ServerLog(file);
    long since = serverLog.size();
    Files.writeString(
        file,
        Files.readString(file) + "12:01 [2] LOG:  starting\n12:01 [2] FATAL:  no space left\n");
    String errors = serverLog.errors(since);
    assertTrue(errors.contains("no space left"), errors);
    assertFalse(errors.contains("earlier"), errors);
    assertFalse(errors.contains("starting"), errors);
  }
}
