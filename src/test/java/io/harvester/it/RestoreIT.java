// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.harvester.TestAggregator;
import io.harvester.cli.Cli;
import io.harvester.embedded.EmbeddedPostgres;
import io.harvester.testing.TestDatabaseUrl;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup under load, restored: nothing is lost, nothing is there twice, and writing goes on. */
class RestoreIT {
  private static final EmbeddedPostgres.Options ANY_PORT =
      new EmbeddedPostgres.Options(0, true, "");
  private static final int DAEMON = 1;

  @TempDir Path temp;
  private Path data;
  private Path restored;
  private Path backups;

  @BeforeEach
  void makeFolders() throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    data = temp.resolve("data");
    restored = temp.resolve("restored");
    backups = Files.createDirectory(temp.resolve("backups"));
  }

  @Test
  void what_was_acknowledged_is_there_once_and_writing_goes_on() throws Exception {
    Map<String, Long> before;
    Map<String, Long> all;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, ANY_PORT);
        TestAggregator aggregator = TestAggregator.start(postgres.url())) {
      LedgerLoad load = LedgerLoad.start(aggregator.port(), 3);
      load.awaitRequests(30);
      before = load.acknowledged();
      mustSucceed("backup", backups.toString(), "--data-dir=" + data);
      load.awaitRequests(20); // the senders go on
      all = load.stop();
    }
    assertTrue(all.size() > before.size());

    String report = mustSucceed("restore", backups.toString(), "--data-dir=" + restored);
    assertTrue(report.contains("3 nodes"), report);
    assertTrue(report.contains("last sample 20"), report);
    assertTrue(report.contains("--data-dir=" + restored), report);
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(restored, ANY_PORT)) {
      TestDatabaseUrl database = new TestDatabaseUrl(postgres.url());
      Map<String, Long> found = LedgerLoad.stored(database);
      for (Map.Entry<String, Long> sample : before.entrySet()) {
        assertEquals(sample.getValue(), found.get(sample.getKey()), sample.getKey());
      }
      assertTrue(all.keySet().containsAll(found.keySet()), "nothing that was not sent");
      try (TestAggregator aggregator = TestAggregator.start(postgres.url())) {
        LedgerLoad.sendAll(aggregator, all);
        aggregator
            .send(series("after_restore", "node", "n0").with(at(System.currentTimeMillis(), 1)))
            .mustBeStored();
      }
      assertEquals(all, LedgerLoad.stored(database));
      assertEquals(1L, database.value("SELECT count(*) FROM metric.after_restore"));
      assertEquals(
          database.value("SELECT count(*) FROM harvester.series"),
          database.value(
              "SELECT count(DISTINCT (node_id, metric_id, labels)) FROM harvester.series"));
    }
  }

  @Test
  void a_damaged_archive_touches_nothing() throws Exception {
    Path archive = emptyBackup();
    long size = Files.size(archive);
    for (long position : List.of(4_096L, size / 3, size / 2)) {
      Path damaged =
          Files.copy(archive, temp.resolve("x.tar"), StandardCopyOption.REPLACE_EXISTING);
      try (RandomAccessFile file = new RandomAccessFile(damaged.toFile(), "rw")) {
        byte[] bytes = new byte[1_024]; // longer than the padding between two files
        file.seek(position);
        file.readFully(bytes);
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] ^= 1;
        }
        file.seek(position);
        file.write(bytes);
      }
      mustFail("incomplete or damaged", "restore", damaged.toString(), "--data-dir=" + restored);
    }
    for (long length : List.of(0L, 512L, size / 2, size - 40_960)) {
      Path cut = Files.copy(archive, temp.resolve("x.tar"), StandardCopyOption.REPLACE_EXISTING);
      try (RandomAccessFile file = new RandomAccessFile(cut.toFile(), "rw")) {
        file.setLength(length);
      }
      mustFail("incomplete or damaged", "restore", cut.toString(), "--data-dir=" + restored);
    }
    mustFail("harvester-….tar", "restore", temp.toString(), "--data-dir=" + restored);
    assertFalse(Files.exists(restored));
  }

  @Test
  void data_and_a_running_aggregator_are_refused() throws Exception {
    emptyBackup();
    String[] again = {"restore", backups.toString(), "--data-dir=" + data};
    mustFail("--replace", again);
    String[] replace = {"restore", backups.toString(), "--data-dir=" + data, "--replace"};
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, ANY_PORT)) {
      mustFail("is in use by another Harvester", replace);
      TestDatabaseUrl database = new TestDatabaseUrl(postgres.url());
      database.execute("CREATE TABLE since_the_backup ()");
    }
    mustSucceed(replace);
    assertTrue(Files.exists(data.resolve("pgdata-replaced/PG_VERSION")));
    mustFail("pgdata-replaced is in the way", replace);
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, ANY_PORT)) {
      TestDatabaseUrl database = new TestDatabaseUrl(postgres.url());
      assertEquals(false, database.value("SELECT to_regclass('since_the_backup') IS NOT NULL"));
    }
  }

  @Test
  void a_copy_of_a_stopped_folder_is_restored_and_that_of_a_running_one_is_not() throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(data, ANY_PORT);
    new TestDatabaseUrl(postgres.url()).execute("CREATE TABLE mine AS SELECT 42 AS answer");
    mustFail(
        "a copy of a database that was running",
        "restore",
        data.toString(),
        "--data-dir=" + restored);
    postgres.close();
    mustSucceed("restore", data.toString(), "--data-dir=" + restored);
    try (EmbeddedPostgres again = EmbeddedPostgres.start(restored, ANY_PORT)) {
      assertEquals(42, new TestDatabaseUrl(again.url()).value("SELECT answer FROM mine"));
    }
  }

  /** A service that runs as the owner of the folder must be able to lock, read and start. */
  @Test
  void as_root_everything_belongs_to_the_owner_of_the_folder() throws Exception {
    assumeTrue(new UnixSystem().getUid() == 0, "needs root");
    emptyBackup();
    Files.createDirectory(restored);
    Files.setAttribute(restored, "unix:uid", DAEMON);
    mustSucceed("restore", backups.toString(), "--data-dir=" + restored);
    try (Stream<Path> files = Files.walk(restored)) {
      for (Path file : files.toList()) {
        assertEquals(DAEMON, Files.getAttribute(file, "unix:uid"), file.toString());
      }
    }
    for (String secret : List.of("password", "password.postgres", "pgdata/global/pg_control")) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(restored.resolve(secret))));
    }
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(restored.resolve("pgdata"))));
  }

  @Test
  void old_archives_of_a_folder_are_deleted() throws Exception {
    for (int day = 1; day <= 4; day++) {
      Files.createFile(backups.resolve("harvester-2026010" + day + "T000000Z.tar"));
    }
    Files.createFile(backups.resolve("mine.tar"));
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, ANY_PORT)) {
      mustSucceed("backup", backups.toString(), "--keep=2", "--data-dir=" + data);
      assertEquals(1, new TestDatabaseUrl(postgres.url()).value("SELECT 1"));
    }
    try (Stream<Path> left = Files.list(backups)) {
      List<String> names = left.map(path -> path.getFileName().toString()).sorted().toList();
      assertEquals(3, names.size(), names.toString());
      assertEquals("harvester-20260104T000000Z.tar", names.get(0));
      assertEquals("mine.tar", names.get(2));
    }
  }

  private Path emptyBackup() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, ANY_PORT)) {
      assertEquals(1, new TestDatabaseUrl(postgres.url()).value("SELECT 1"));
      mustSucceed("backup", backups.toString(), "--data-dir=" + data);
    }
    try (Stream<Path> archives = Files.list(backups)) {
      return archives.findFirst().orElseThrow();
    }
  }

  private static String mustSucceed(String... arguments) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, UTF_8);
    int status = new Cli(settings -> Cli.FAILED, new TreeMap<>(), out, out).run(List.of(arguments));
    assertEquals(Cli.OK, status, printed.toString(UTF_8));
    return printed.toString(UTF_8);
  }

  private static void mustFail(String reason, String... arguments) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, UTF_8);
    int status = new Cli(settings -> Cli.FAILED, new TreeMap<>(), out, out).run(List.of(arguments));
    assertEquals(Cli.FAILED, status, printed.toString(UTF_8));
    assertTrue(printed.toString(UTF_8).contains(reason), printed.toString(UTF_8));
  }
}
