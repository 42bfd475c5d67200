// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The paths in the data folder, and the lock that keeps a second instance out. */
final class DataFolder implements AutoCloseable {
  // POSIX releases a process's file lock as soon as the process closes any descriptor of that file.
  // A second instance in this JVM must therefore be refused before it opens the lock file.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final FileChannel lock;

  private DataFolder(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /** Creates the folder if it is missing, and locks it for this process until {@link #close}. */
  static DataFolder open(Path dir) throws EmbeddedPostgresException {
    Path root = create(dir);
    if (!HELD.add(root)) {
      throw inUse(root, Long.toString(ProcessHandle.current().pid()));
    }
    try {
      return new DataFolder(root, lock(root));
    } catch (EmbeddedPostgresException e) {
      HELD.remove(root);
      throw e;
    }
  }

  /** The paths of a folder that another process has locked. Not to be closed. */
  static DataFolder ofRunningServer(Path dir) throws IOException {
    return new DataFolder(dir.toRealPath(), null);
  }

  private static Path create(Path dir) throws EmbeddedPostgresException {
    try {
      if (Files.notExists(dir)) {
        Files.createDirectories(dir);
        // Others, such as the user that runs PostgreSQL, may pass through but not list it.
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx--x--x"));
      }
      return dir.toRealPath();
    } catch (IOException | UnsupportedOperationException e) {
      throw new EmbeddedPostgresException(
          "cannot create the data folder "
              + dir.toAbsolutePath()
              + ": set HARVESTER_DATA_DIR to a folder on a local disk that this user may write to",
          e);
    }
  }

  private static FileChannel lock(Path root) throws EmbeddedPostgresException {
    Path file = root.resolve("lock");
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        throw inUse(root, Files.readString(file).strip());
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(UTF_8)));
      return channel;
    } catch (IOException e) {
      closeQuietly(channel);
      throw new EmbeddedPostgresException(
          "cannot lock "
              + file
              + ": start Harvester as the user that owns the data folder, or set HARVESTER_DATA_DIR"
              + " to another folder",
          e);
    }
  }

  private static EmbeddedPostgresException inUse(Path root, String pid) {
    return new EmbeddedPostgresException(
        "the data folder %s is in use by another Harvester (pid %s): stop that process, or set"
                .formatted(root, pid)
            + " HARVESTER_DATA_DIR to another folder");
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // The lock ends with the process at the latest.
    }
  }

  Path root() {
    return root;
  }

  /** The database cluster; it belongs to the user that runs PostgreSQL. */
  Path pgdata() {
    return root.resolve("pgdata");
  }

  /** PostgreSQL's state while it runs: process id in line 1, status in line 8. */
  Path postmasterPid() {
    return pgdata().resolve("postmaster.pid");
  }

  Path configuration() {
    return root.resolve("postgresql.conf");
  }

  Path authentication() {
    return root.resolve("pg_hba.conf");
  }

  Path serverLog() {
    return root.resolve("postgres.log");
  }

  Path password() {
    return root.resolve("password");
  }

  Path superuserPassword() {
    return root.resolve("password." + EmbeddedPostgres.SUPERUSER);
  }

  /** The URL of the running server, for other commands of this user; absent while stopped. */
  Path url() {
    return root.resolve("url");
  }

  /** Writes a file that only its owner can read, also while it is being written. */
  void writeSecret(Path file, String content) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, content + "\n");
  }

  /**
   * Gives a finished folder its final name, durably: later commits in it must not be lost because
   * the name was lost.
   */
  void publish(Path unfinished, Path finished) throws IOException {
    Files.move(unfinished, finished, StandardCopyOption.ATOMIC_MOVE);
    sync(root);
    sync(root.getParent());
  }

  /** Makes the names in a folder durable. */
  static void sync(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // A parent that this user may not read already existed, so its entry is on disk.
    }
  }

  /** Deletes a file or a tree, if it exists. */
  static void delete(Path tree) throws IOException {
    if (Files.notExists(tree)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> found = Files.walk(tree)) {
      deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }

  /** Releases the folder. The server must have stopped. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(url());
    } catch (IOException e) {
      // A stale URL only leads to a refused connection.
    }
    closeQuietly(lock);
    HELD.remove(root);
  }
}
