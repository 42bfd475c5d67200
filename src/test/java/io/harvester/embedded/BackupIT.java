// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.testing.TestDatabaseUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup of a database that is being written, and the restore that the documentation gives. */
class BackupIT {
  private static final EmbeddedPostgres.Options ANY_PORT =
      new EmbeddedPostgres.Options(0, true, "");

  private static final String FILL =
      "INSERT INTO kept SELECT %d, repeat(md5(random()::text), 40) FROM generate_series(1, 500)";

  @TempDir Path temp;
  private Path data;
  private Path archive;

  @BeforeEach
  void makeFolder() throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    data = DataFolders.unused(temp);
    archive = temp.resolve("harvester.tar");
  }

  @Test
  void a_restored_backup_has_everything_committed_before_it() throws Exception {
    AtomicLong committed = new AtomicLong();
    long before;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, ANY_PORT)) {
      TestDatabaseUrl url = new TestDatabaseUrl(postgres.url());
      url.execute("CREATE TABLE kept (number bigint, filler text)");
      url.execute("CREATE INDEX ON kept (number)");
      AtomicBoolean stop = new AtomicBoolean();
      Thread writer = new Thread(() -> write(url, committed, stop), "writer");
      writer.start();
      while (committed.get() < 5) {
        Thread.sleep(10);
      }
      before = committed.get();
      assertEquals(archive, Backup.write(data, archive));
      assertTrue(committed.get() > before, "the table was written during the backup");
      stop.set(true);
      writer.join();
      assertEquals(0L, url.value("SELECT count(*) FROM pg_replication_slots"));
    }
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)));
    assertRestored(before);
  }

  private static void write(TestDatabaseUrl url, AtomicLong committed, AtomicBoolean stop) {
    try (Connection connection = url.connect();
        Statement statement = connection.createStatement()) {
      while (!stop.get()) {
        statement.execute(FILL.formatted(committed.get() + 1));
        committed.incrementAndGet();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whole transactions, without a gap, and an index that agrees with its table. */
  private void assertRestored(long transactions) throws Exception {
    Path restored = Files.createDirectory(temp.resolve("restored"));
    Commands.Result unpacked =
        Commands.run(List.of("tar", "-xf", archive.toString(), "-C", restored.toString()));
    assertTrue(unpacked.succeeded(), unpacked.output());
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(restored, ANY_PORT)) {
      assertEquals(
          Files.readString(data.resolve("password")),
          Files.readString(restored.resolve("password")));
      TestDatabaseUrl url = new TestDatabaseUrl(postgres.url());
      long last = (long) url.value("SELECT max(number) FROM kept");
      assertTrue(last >= transactions, last + " >= " + transactions);
      assertEquals(500 * last, url.value("SELECT count(*) FROM kept"));
      assertEquals(
          last, url.value("SELECT count(*) FROM (SELECT number FROM kept GROUP BY 1) AS numbers"));
      url.execute("INSERT INTO kept VALUES (0, 'still writable')");
      var superuser = new TestDatabaseUrl(postgres.superuserUrl()).withDatabase("harvester");
      superuser.execute("CREATE EXTENSION IF NOT EXISTS amcheck");
      superuser.execute(
          "SELECT bt_index_check(oid, true) FROM pg_class WHERE relname = 'kept_number_idx'");
    }
  }

  @Test
  void no_file_is_overwritten_and_none_is_left_of_a_backup_that_fails() throws Exception {
    assertRefused("the embedded database does not run", "HARVESTER_DATA_DIR");
    assertFalse(Files.exists(archive));
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, ANY_PORT)) {
      Files.writeString(archive, "mine");
      assertRefused("exists already");
      assertEquals("mine", Files.readString(archive));
      archive = temp.resolve("missing/harvester.tar");
      assertRefused(archive.toString());
      assertEquals(1, new TestDatabaseUrl(postgres.url()).value("SELECT 1"));
    }
  }

  private void assertRefused(String... mentioned) {
    String message =
        assertThrows(EmbeddedPostgresException.class, () -> Backup.write(data, archive))
            .getMessage();
    for (String part : mentioned) {
      assertTrue(message.contains(part), message);
    }
  }
}
