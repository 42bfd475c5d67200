// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.testing.TestDatabaseUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After any kill, one server runs and has what was committed. */
class EmbeddedPostgresCrashIT {
  private static final EmbeddedPostgres.Options ANY_PORT =
      new EmbeddedPostgres.Options(0, true, "");
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir Path temp;
  private Path data;

  @BeforeEach
  void makeFolder() throws Exception {
    data = DataFolders.unused(temp);
  }

  @Test
  void a_killed_server_is_started_again_on_the_same_url() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, ANY_PORT)) {
      TestDatabaseUrl url = new TestDatabaseUrl(postgres.url());
      url.execute("CREATE TABLE kept AS SELECT 42 AS answer");
      for (int round = 0; round < 3; round++) {
        long killed = postgres.pid();
        ProcessHandle.of(killed).orElseThrow().destroyForcibly();
        assertEquals(42, eventually(url, "SELECT answer FROM kept", killed, postgres));
      }
    }
  }

  @Test
  void a_killed_aggregator_leaves_a_folder_that_can_be_started() throws Exception {
    for (int round = 0; round < 3; round++) {
      OtherJvm other = OtherJvm.serving(data);
      new TestDatabaseUrl(other.url())
          .execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer");
      other.kill();
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, ANY_PORT)) {
      assertEquals(42, new TestDatabaseUrl(postgres.url()).value("SELECT answer FROM kept"));
    }
  }

  @Test
  void an_orphaned_server_on_the_folder_is_stopped_first() throws Exception {
    Process orphan = startWithoutSupervisor();
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, ANY_PORT)) {
      assertFalse(orphan.isAlive());
      assertEquals(1, new TestDatabaseUrl(postgres.url()).value("SELECT 1"));
    }
  }

  @Test
  void a_stale_process_id_of_another_program_is_no_obstacle() throws Exception {
    // A process of the server's user: PostgreSQL ignores those of other users.
    Process other = Commands.builder(Commands.join(account().prefix(), "sleep", "600")).start();
    try {
      Files.writeString(data.resolve("pgdata/postmaster.pid"), other.pid() + "\n/elsewhere\n");
      EmbeddedPostgres.start(data, ANY_PORT).close();
      assertTrue(other.isAlive());
    } finally {
      other.destroyForcibly();
    }
  }

  private Process startWithoutSupervisor() throws Exception {
    try (DataFolder folder = DataFolder.open(data)) {
      ServerProgram program =
          new ServerProgram(
              folder, Binaries.unpack(folder), account(folder), new ServerLog(folder.serverLog()));
      Process process = program.launch();
      program.awaitReady(process);
      return process;
    }
  }

  private Account account() throws Exception {
    try (DataFolder folder = DataFolder.open(data)) {
      return account(folder);
    }
  }

  private static Account account(DataFolder folder) throws Exception {
    return Account.choose("", folder, Binaries.unpack(folder));
  }

  private static Object eventually(
      TestDatabaseUrl url, String sql, long killed, EmbeddedPostgres postgres) throws Exception {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        Object value = url.value(sql);
        assertNotEquals(killed, postgres.pid());
        return value;
      } catch (SQLException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }
}
