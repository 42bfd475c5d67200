// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Copies the running database into one archive: a base backup with the low-level API (PostgreSQL
 * manual, 25.3.3), and the WAL that makes it consistent. PostgreSQL's own programs for that are
 * neither in the jar nor, in this release, in Debian. Unpacked into an empty data folder, which
 * {@link Restore} does, the archive is the database as it was when the copy ended.
 */
public final class Backup {
  /** Matches {@link BackupFiles#ARCHIVE}. */
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'harvester-'yyyyMMdd'T'HHmmss'Z.tar'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final Pattern PORT = Pattern.compile("@127\\.0\\.0\\.1:(\\d+)/");

  /** In the label of a backup: the first segment of WAL that recovery needs. */
  static final Pattern FIRST_SEGMENT =
      Pattern.compile("START WAL LOCATION: \\S+ \\(file ([0-9A-F]{24})\\)");

  private static final String TABLESPACES =
      "SELECT string_agg(spcname, ', ') FROM pg_tablespace WHERE spcname !~ '^pg_'";

  /** A temporary slot: the server keeps the WAL until this session ends. */
  private static final String KEEP_WAL =
      "SELECT pg_create_physical_replication_slot('harvester_backup', true, true)";

  private static final String START = "SELECT pg_backup_start('harvester backup', true)";

  private static final String STOP =
      "SELECT labelfile, pg_walfile_name(lsn) FROM pg_backup_stop(false)";

  private final DataFolder folder;
  private final BackupArchive archive;

  private Backup(DataFolder folder, BackupArchive archive) {
    this.folder = folder;
    this.archive = archive;
  }

  /**
   * Writes the archive. It contains the passwords of the database, and only its owner may read it.
   *
   * @param dataDir HARVESTER_DATA_DIR of a running aggregator
   * @param to a file that does not exist, or a folder, where the archive is named after the time
   * @return the archive
   * @throws EmbeddedPostgresException if it cannot be written; the file does not exist then
   */
  public static Path write(Path dataDir, Path to) throws EmbeddedPostgresException {
    Path file = Files.isDirectory(to) ? to.resolve(NAME.format(Instant.now())) : to;
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try {
      if (Files.exists(file)) {
        throw new EmbeddedPostgresException(file + " exists already: name another file");
      }
      DataFolder folder = DataFolder.ofRunningServer(dataDir);
      try (Connection connection = connect(folder);
          BackupArchive archive = BackupArchive.create(unfinished)) {
        new Backup(folder, archive).copy(connection);
      }
      Files.move(unfinished, file);
      DataFolder.sync(file.toAbsolutePath().getParent());
      return file;
    } catch (IOException | SQLException e) {
      delete(unfinished);
      throw new EmbeddedPostgresException(
          "no backup of %s was written to %s".formatted(dataDir.toAbsolutePath(), file), e);
    }
  }

  /**
   * Deletes the oldest archives of a folder.
   *
   * @param keep how many stay
   * @return those that were deleted
   */
  public static List<Path> deleteOlder(Path folder, int keep) throws EmbeddedPostgresException {
    try {
      List<Path> older = BackupFiles.archives(folder).stream().skip(keep).toList();
      for (Path archive : older) {
        Files.delete(archive);
      }
      return older;
    } catch (IOException e) {
      throw new EmbeddedPostgresException("old archives in " + folder + " cannot be deleted", e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The first error is the one to report.
    }
  }

  private static Connection connect(DataFolder folder)
      throws IOException, SQLException, EmbeddedPostgresException {
    Matcher port;
    try {
      port = PORT.matcher(Files.readString(folder.url()));
    } catch (NoSuchFileException e) {
      throw new EmbeddedPostgresException(
          "the embedded database does not run: there is no "
              + folder.url()
              + "; start the aggregator, or set HARVESTER_DATA_DIR. While it is stopped, a copy of"
              + " the folder is a backup",
          e);
    }
    if (!port.find()) {
      throw new EmbeddedPostgresException(folder.url() + " names no port");
    }
    Properties superuser = new Properties();
    superuser.setProperty("user", EmbeddedPostgres.SUPERUSER);
    superuser.setProperty("password", Files.readString(folder.superuserPassword()).strip());
    superuser.setProperty("ApplicationName", "harvester backup");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%s/%s".formatted(port.group(1), EmbeddedPostgres.SUPERUSER),
        superuser);
  }

  private void copy(Connection connection)
      throws IOException, SQLException, EmbeddedPostgresException {
    try (Statement statement = connection.createStatement()) {
      String tablespaces = value(statement, TABLESPACES);
      if (tablespaces != null) {
        throw new EmbeddedPostgresException(
            "tablespaces (%s) are outside the data folder, and cannot be backed up"
                .formatted(tablespaces));
      }
      value(statement, KEEP_WAL);
      value(statement, START);
      archive.add("password", folder.password());
      archive.add("password.postgres", folder.superuserPassword());
      archive.addCluster(folder.pgdata());
      try (ResultSet row = statement.executeQuery(STOP)) {
        row.next();
        finish(row.getString(1), row.getString(2));
      }
    }
  }

  private void finish(String label, String lastSegment)
      throws IOException, EmbeddedPostgresException {
    Matcher first = FIRST_SEGMENT.matcher(label);
    if (!first.find()) {
      throw new EmbeddedPostgresException(
          "PostgreSQL's label of the backup names no WAL: " + label);
    }
    archive.addWal(folder.pgdata(), first.group(1), lastSegment);
    archive.add("pgdata/backup_label", label.getBytes(StandardCharsets.UTF_8));
    archive.addManifest();
  }

  private static String value(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
