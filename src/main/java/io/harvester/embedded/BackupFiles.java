// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The files of a backup: of an archive, of an unpacked one, or of the copy of a stopped data
 * folder.
 *
 * @param path the archive or the folder
 */
record BackupFiles(Path path) {
  /** What {@link Backup} names archives that it writes into a folder; their order is by time. */
  static final Pattern ARCHIVE = Pattern.compile("harvester-\\d{8}T\\d{6}Z\\.tar");

  /** What a restore takes; a data folder has more, such as programs and logs. */
  private static final Pattern TAKEN =
      Pattern.compile("password|password\\.postgres|manifest\\.sha256|pgdata|pgdata/.+");

  private static final Pattern UNSAFE = Pattern.compile("(^|.*/)\\.{0,2}(/.*|$)");

  /** Receives the folders and files of a backup. */
  @FunctionalInterface
  interface Visitor {
    /**
     * A folder or a file.
     *
     * @param name relative, with slashes, without one at its end
     * @param content null: it is a folder
     */
    void entry(String name, InputStream content) throws IOException, EmbeddedPostgresException;
  }

  /**
   * Finds what to restore.
   *
   * @param given an archive, a folder with archives, of which the newest one is taken, or a folder
   *     with {@code pgdata}
   */
  static BackupFiles of(Path given) throws IOException, EmbeddedPostgresException {
    if (!Files.isDirectory(given)) {
      if (!Files.isReadable(given)) {
        throw new EmbeddedPostgresException(
            given + " cannot be read: name an archive of 'backup', or a folder of archives");
      }
      return new BackupFiles(given);
    }
    if (Files.exists(given.resolve("pgdata"))) {
      return new BackupFiles(given);
    }
    Optional<Path> newest = archives(given).stream().findFirst();
    if (newest.isEmpty()) {
      throw new EmbeddedPostgresException(
          given + " has neither archives of 'backup' (harvester-….tar) nor the folder pgdata");
    }
    return new BackupFiles(newest.get());
  }

  /** The archives in a folder, the newest first. */
  static List<Path> archives(Path folder) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found
          .filter(path -> ARCHIVE.matcher(path.getFileName().toString()).matches())
          .sorted(Comparator.comparing((Path path) -> path.getFileName().toString()).reversed())
          .toList();
    }
  }

  boolean isArchive() {
    return !Files.isDirectory(path);
  }

  /** Passes all folders and files, a folder before its content. */
  void forEach(Visitor visitor) throws IOException, EmbeddedPostgresException {
    if (isArchive()) {
      forEachEntry(visitor);
    } else {
      forEachFile(visitor);
    }
  }

  private void forEachEntry(Visitor visitor) throws IOException, EmbeddedPostgresException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String name = entry.getName().replaceFirst("/$", "");
        boolean plain = entry.isDirectory() || entry.isFile();
        if (!plain || !TAKEN.matcher(name).matches() || UNSAFE.matcher(name).matches()) {
          throw new EmbeddedPostgresException(
              "%s is no archive of 'backup': it has the entry %s".formatted(path, entry.getName()));
        }
        visitor.entry(name, entry.isDirectory() ? null : tar);
      }
    }
  }

  private void forEachFile(Visitor visitor) throws IOException, EmbeddedPostgresException {
    List<Path> all;
    try (Stream<Path> found = Files.walk(path)) {
      all = found.filter(file -> !file.equals(path)).sorted().toList();
    }
    for (Path file : all) {
      String name = path.relativize(file).toString();
      if (!TAKEN.matcher(name).matches()) {
        continue;
      }
      if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        visitor.entry(name, null);
      } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        try (InputStream content = Files.newInputStream(file)) {
          visitor.entry(name, content);
        }
      } else {
        throw new EmbeddedPostgresException(
            file + " is neither a file nor a folder: tablespaces cannot be restored");
      }
    }
  }
}
