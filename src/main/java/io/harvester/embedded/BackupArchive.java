// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A tar archive of a cluster whose server is running: its files change and vanish meanwhile. Its
 * last entry has the checksums of all others, in the format of sha256sum.
 */
final class BackupArchive implements AutoCloseable {
  /** The last entry of an archive. */
  static final String MANIFEST = "manifest.sha256";

  private static final int FILE_MODE = 0600;
  private static final int FOLDER_MODE = 0700;
  private static final String CONTROL_FILE = "global/pg_control";

  /** Folders whose content is of the running server only (PostgreSQL manual, 25.3.3.1). */
  private static final Set<String> EMPTIED =
      Set.of(
          "pg_wal",
          "pg_dynshmem",
          "pg_notify",
          "pg_replslot",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans");

  /** Files of the running server, of temporary tables, and caches. */
  private static final Pattern LEFT_OUT =
      Pattern.compile(
          "postmaster\\.(pid|opts)|backup_label.*|tablespace_map.*|pgsql_tmp.*|pg_internal\\.init.*"
              + "|t\\d+_\\d+.*");

  private static final Pattern SEGMENT = Pattern.compile("[0-9A-F]{24}");

  private final FileChannel file;
  private final TarArchiveOutputStream tar;
  private final byte[] buffer = new byte[1 << 16];
  private final MessageDigest digest = sha256();
  private final StringBuilder manifest = new StringBuilder();

  private BackupArchive(FileChannel file) {
    this.file = file;
    this.tar = new TarArchiveOutputStream(Channels.newOutputStream(file), "UTF-8");
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
  }

  /** Creates or replaces the file; only its owner can read it. */
  static BackupArchive create(Path path) throws IOException {
    Files.deleteIfExists(path);
    return new BackupArchive(
        FileChannel.open(
            path,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
  }

  /** Adds all files of a cluster, the control file last: recovery begins with it. */
  void addCluster(Path pgdata) throws IOException {
    addFolder(pgdata, pgdata);
    add("pgdata/" + CONTROL_FILE, unchanging(pgdata.resolve(CONTROL_FILE)));
  }

  private void addFolder(Path pgdata, Path folder) throws IOException {
    String name = pgdata.relativize(folder).toString();
    addFolder(name.isEmpty() ? "pgdata" : "pgdata/" + name);
    if (EMPTIED.contains(name)) {
      return;
    }
    for (Path path : list(folder)) {
      String relative = pgdata.relativize(path).toString();
      if (Files.isDirectory(path)) {
        addFolder(pgdata, path);
      } else if (!relative.equals(CONTROL_FILE)
          && !LEFT_OUT.matcher(path.getFileName().toString()).matches()) {
        add("pgdata/" + relative, path);
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found.sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of(); // of a database that was dropped
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Adds the segments of WAL from the first to the last that recovery needs. */
  void addWal(Path pgdata, String first, String last) throws IOException {
    for (Path segment : list(pgdata.resolve("pg_wal"))) {
      String name = segment.getFileName().toString();
      if (SEGMENT.matcher(name).matches()
          && name.compareTo(first) >= 0
          && name.compareTo(last) <= 0) {
        add("pgdata/pg_wal/" + name, segment);
      }
    }
  }

  private void addFolder(String name) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name + "/");
    entry.setMode(FOLDER_MODE);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  /** Adds bytes as a file. */
  void add(String name, byte[] content) throws IOException {
    begin(name, content.length);
    write(content, content.length);
    end(name);
  }

  /** Adds the checksums of all files that were added. */
  void addManifest() throws IOException {
    byte[] lines = manifest.toString().getBytes(StandardCharsets.UTF_8);
    begin(MANIFEST, lines.length);
    tar.write(lines);
    tar.closeArchiveEntry();
  }

  /**
   * Adds a file with the size that it has now. If it is cut meanwhile, zeros take the place of the
   * rest: recovery repeats the cut, and whatever was written meanwhile. A file that has vanished
   * belongs to a table that was dropped.
   */
  void add(String name, Path source) throws IOException {
    try (FileChannel channel = FileChannel.open(source, StandardOpenOption.READ);
        InputStream in = Channels.newInputStream(channel)) {
      long remaining = channel.size();
      begin(name, remaining);
      while (remaining > 0) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, remaining));
        if (read < 0) {
          read = (int) Math.min(buffer.length, remaining);
          Arrays.fill(buffer, 0, read, (byte) 0);
        }
        write(buffer, read);
        remaining -= read;
      }
      end(name);
    } catch (NoSuchFileException e) {
      return;
    }
  }

  private void begin(String name, long size) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setMode(FILE_MODE);
    entry.setSize(size);
    tar.putArchiveEntry(entry);
  }

  private void write(byte[] bytes, int length) throws IOException {
    tar.write(bytes, 0, length);
    digest.update(bytes, 0, length);
  }

  private void end(String name) throws IOException {
    tar.closeArchiveEntry();
    String sum = HexFormat.of().formatHex(digest.digest());
    manifest.append(sum).append("  ").append(name).append('\n');
  }

  /** SHA-256, which every Java has. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The bytes of a small file that another process may be writing. */
  private static byte[] unchanging(Path path) throws IOException {
    byte[] found = Files.readAllBytes(path);
    byte[] again = Files.readAllBytes(path);
    while (!Arrays.equals(found, again)) {
      found = again;
      again = Files.readAllBytes(path);
    }
    return found;
  }

  /** Completes the archive; it is on disk then. */
  @Override
  public void close() throws IOException {
    try (file) {
      tar.finish();
      tar.flush();
      file.force(true);
    }
  }
}
