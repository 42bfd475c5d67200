// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestDatabaseUrl;
import io.harvester.testing.TestTier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** PgBouncer between aggregator and database, where it is installed. */
class PoolerIT {
  private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");

  @TempDir private Path folder;

  @BeforeEach
  void onlyWithPgBouncer() {
    assumeTrue(Files.isExecutable(PROGRAM), "PgBouncer is not installed");
  }

  @EachTier(TestTier.POSTGRES)
  void in_session_mode_everything_works(TestDatabase db) throws Exception {
    try (Pooler pooler = new Pooler(folder, db, "session");
        TestAggregator aggregator = TestAggregator.start(pooler.url(), "--writers=2")) {
      for (int i = 0; i < 3; i++) {
        aggregator
            .send(
                Message.series("m" + i, "node", "n" + i)
                    .with(Message.at(System.currentTimeMillis(), i)))
            .mustBeStored();
      }
      assertEquals(3, Stored.rows(db));
    }
  }

  @EachTier(TestTier.POSTGRES)
  void other_modes_are_refused_before_anything_is_created(TestDatabase db) throws Exception {
    for (String mode : List.of("transaction", "statement")) {
      try (Pooler pooler = new Pooler(folder, db, mode)) {
        String message =
            assertThrows(
                    Exception.class,
                    () -> TestAggregator.start(pooler.url(), "--writers=2").close())
                .getMessage();
        assertTrue(
            message.contains("a connection pooler in transaction or statement mode"), message);
        assertEquals(
            0L,
            db.value(
                "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
                    + " WHERE nspname !~ '^pg_|information_schema' AND relkind IN ('r', 'p')"));
      }
    }
  }

  /** A PgBouncer in front of one database. */
  private static final class Pooler implements AutoCloseable {
    private final TestDatabaseUrl url;
    private final Process process;

    Pooler(Path folder, TestDatabase db, String mode) throws Exception {
      TestDatabaseUrl server = new TestDatabaseUrl(db.url());
      int port = TestAggregator.freePort();
      url = new TestDatabaseUrl(server.through(port));
      String[] account = URI.create(db.url()).getUserInfo().split(":", 2);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      Path users = folder.resolve("users");
      Files.writeString(users, "\"%s\" \"%s\"\n".formatted(account[0], account[1]));
      Path configuration = folder.resolve(mode + ".ini");
      Files.writeString(
          configuration,
          """
          [databases]
          * = host=%s port=%d
          [pgbouncer]
          listen_addr = 127.0.0.1
          listen_port = %d
          unix_socket_dir =
          auth_type = plain
          auth_file = %s
          pool_mode = %s
          """
              .formatted(server.host(), server.port(), port, users, mode));
      List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
      if (new UnixSystem().getUid() == 0) {
        command.addAll(List.of("-u", "nobody"));
      }
      command.add(configuration.toString());
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      Eventually.until("PgBouncer listens", this::answers);
    }

    private boolean answers() {
      try {
        return url.value("SELECT 1") != null;
      } catch (SQLException e) {
        return false;
      }
    }

    String url() {
      return url.text();
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }
}
