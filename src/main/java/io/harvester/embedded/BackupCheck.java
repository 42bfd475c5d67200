// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;

/** Reads a backup to its end, before a restore touches anything. */
final class BackupCheck {
  private static final int SUM_LENGTH = 64;
  private static final String LABEL = "pgdata/backup_label";
  private static final String CONTROL_FILE = "pgdata/global/pg_control";

  private final BackupFiles files;
  private final Map<String, String> sums = new HashMap<>();
  private final byte[] buffer = new byte[1 << 16];
  private String manifest;
  private String major;
  private String label;
  private long bytes;

  private BackupCheck(BackupFiles files) {
    this.files = files;
  }

  /**
   * What a complete backup consists of.
   *
   * @param files number of files
   * @param bytes their size
   * @param hasChecksums whether each file was compared with its checksum
   */
  record Content(int files, long bytes, boolean hasChecksums) {}

  /**
   * Reads all files.
   *
   * @throws EmbeddedPostgresException if one is missing or damaged, or of another release of
   *     PostgreSQL than that of this jar
   */
  static Content of(BackupFiles files) throws IOException, EmbeddedPostgresException {
    BackupCheck check = new BackupCheck(files);
    try {
      files.forEach(check::read);
    } catch (IOException e) {
      throw check.damaged(e.getMessage());
    }
    return check.content();
  }

  private void read(String name, InputStream in) throws IOException {
    if (in == null) {
      return;
    }
    switch (name) {
      case BackupArchive.MANIFEST -> {
        manifest = new String(in.readAllBytes(), UTF_8);
        return;
      }
      case "pgdata/PG_VERSION" -> major = text(name, in).strip();
      case LABEL -> label = text(name, in);
      default -> sums.put(name, sum(in));
    }
  }

  private String text(String name, InputStream in) throws IOException {
    byte[] content = in.readAllBytes();
    bytes += content.length;
    sums.put(name, HexFormat.of().formatHex(BackupArchive.sha256().digest(content)));
    return new String(content, UTF_8);
  }

  private String sum(InputStream in) throws IOException {
    MessageDigest digest = BackupArchive.sha256();
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      digest.update(buffer, 0, read);
      bytes += read;
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private Content content() throws IOException, EmbeddedPostgresException {
    checkManifest();
    if (major == null || !sums.containsKey(CONTROL_FILE)) {
      throw damaged("it has no " + (major == null ? "pgdata/PG_VERSION" : CONTROL_FILE));
    }
    checkConsistency();
    if (!major.equals(Binaries.packagedMajor())) {
      throw new EmbeddedPostgresException(
          "%s is of PostgreSQL %s, and this release carries PostgreSQL %s: restore it with the"
                  .formatted(files.path(), major, Binaries.packagedMajor())
              + " release of Harvester that wrote it");
    }
    return new Content(sums.size(), bytes, manifest != null);
  }

  private void checkManifest() throws EmbeddedPostgresException {
    if (manifest == null) {
      return; // of an earlier release
    }
    for (String line : manifest.lines().toList()) {
      String name = line.substring(SUM_LENGTH + 2);
      String found = sums.get(name);
      if (found == null) {
        throw damaged(name + " is missing");
      }
      if (!line.startsWith(found)) {
        throw damaged("the checksum of " + name + " is wrong");
      }
    }
  }

  /** Files copied from a running server are consistent only with the WAL of that time. */
  private void checkConsistency() throws EmbeddedPostgresException {
    if (label == null) {
      if (files.isArchive()) {
        throw damaged("it ends before " + LABEL);
      }
      if (sums.containsKey("pgdata/postmaster.pid")) {
        throw new EmbeddedPostgresException(
            "%s is a copy of a database that was running, which cannot be restored: use 'backup'"
                .formatted(files.path()));
      }
      return;
    }
    Matcher first = Backup.FIRST_SEGMENT.matcher(label);
    if (!first.find() || !sums.containsKey("pgdata/pg_wal/" + first.group(1))) {
      throw damaged("the WAL that " + LABEL + " names is missing");
    }
  }

  private EmbeddedPostgresException damaged(String reason) {
    return new EmbeddedPostgresException(
        "%s is incomplete or damaged: %s. Nothing was changed; use another backup"
            .formatted(files.path(), reason));
  }
}
