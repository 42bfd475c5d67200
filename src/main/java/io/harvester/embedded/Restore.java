// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes a data folder of a backup, and starts PostgreSQL on it once: it recovers. */
public final class Restore {
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final BackupFiles files;
  private final DataFolder folder;
  private final Map<String, String> passwords = new HashMap<>();
  private final byte[] buffer = new byte[1 << 16];

  private Restore(BackupFiles files, DataFolder folder) {
    this.files = files;
    this.folder = folder;
  }

  /**
   * What was restored.
   *
   * @param source the archive or folder
   * @param files number of files
   * @param bytes their size
   * @param hasChecksums whether the backup has checksums; those of earlier releases have none
   * @param database what is in it
   */
  public record Restored(
      Path source, int files, long bytes, boolean hasChecksums, RestoredDatabase database) {}

  /**
   * Restores a backup.
   *
   * @param from an archive, a folder with archives, or a folder with {@code pgdata}
   * @param dataDir HARVESTER_DATA_DIR; no aggregator may run on it
   * @param replace whether to put aside a database that is there, as {@code pgdata-replaced}
   * @param user HARVESTER_EMBEDDED_USER
   * @throws EmbeddedPostgresException if it cannot be restored. Until the backup has been read to
   *     its end and found complete, nothing is touched
   */
  public static Restored run(Path from, Path dataDir, boolean replace, String user)
      throws EmbeddedPostgresException {
    try {
      BackupFiles files = BackupFiles.of(from);
      refuseData(dataDir.resolve("pgdata"), replace);
      BackupCheck.Content content = BackupCheck.of(files);
      try (DataFolder folder = DataFolder.open(dataDir)) {
        OrphanedServer.stop(folder);
        new Restore(files, folder).copy(content, replace);
      }
      RestoredDatabase database = RestoredDatabase.recover(dataDir, user);
      giveToOwner(dataDir);
      return new Restored(
          files.path(), content.files(), content.bytes(), content.hasChecksums(), database);
    } catch (IOException e) {
      throw new EmbeddedPostgresException(
          "%s cannot be restored into %s".formatted(from, dataDir.toAbsolutePath()), e);
    }
  }

  private static void refuseData(Path pgdata, boolean replace) throws EmbeddedPostgresException {
    if (Files.exists(pgdata) && !replace) {
      throw new EmbeddedPostgresException(
          "there is a database in %s: restore into another folder with --data-dir, or give"
                  .formatted(pgdata.toAbsolutePath())
              + " --replace, which puts it aside as pgdata-replaced");
    }
    Path replaced = pgdata.resolveSibling("pgdata-replaced");
    if (Files.exists(pgdata) && Files.exists(replaced)) {
      throw new EmbeddedPostgresException(
          replaced.toAbsolutePath() + " is in the way: delete it, or move it elsewhere");
    }
  }

  private void copy(BackupCheck.Content content, boolean replace)
      throws IOException, EmbeddedPostgresException {
    refuseData(folder.pgdata(), replace); // now that no aggregator can create one
    long free = Files.getFileStore(folder.root()).getUsableSpace();
    if (free < content.bytes()) {
      throw new EmbeddedPostgresException(
          "%s needs %d bytes, and %s has %d free: set HARVESTER_DATA_DIR to a folder on another disk"
              .formatted(files.path(), content.bytes(), folder.root(), free));
    }
    Path unfinished = folder.root().resolve("pgdata-restoring");
    DataFolder.delete(unfinished);
    files.forEach((name, in) -> copy(name, in, unfinished));
    for (Map.Entry<String, String> password : passwords.entrySet()) {
      folder.writeSecret(folder.root().resolve(password.getKey()), password.getValue());
    }
    if (Files.exists(folder.pgdata())) {
      folder.publish(folder.pgdata(), folder.root().resolve("pgdata-replaced"));
    }
    folder.publish(unfinished, folder.pgdata());
  }

  private void copy(String name, InputStream in, Path unfinished) throws IOException {
    if (name.equals("pgdata") || name.startsWith("pgdata/")) {
      Path target = unfinished.resolve(name.substring("pgdata".length()).replaceFirst("^/", ""));
      if (in == null) {
        Files.createDirectory(target, PRIVATE_FOLDER);
      } else {
        write(target, in);
      }
    } else if (!name.equals(BackupArchive.MANIFEST)) {
      passwords.put(name, new String(in.readAllBytes(), UTF_8).strip());
    }
  }

  private void write(Path target, InputStream in) throws IOException {
    try (FileChannel file =
            FileChannel.open(
                target,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PRIVATE_FILE);
        OutputStream out = Channels.newOutputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
      file.force(true);
    }
  }

  /**
   * As root, makes the owner of the data folder the owner of all that is in it: an aggregator that
   * runs as this user could neither lock the folder nor read the passwords otherwise.
   */
  private static void giveToOwner(Path dataDir) throws IOException, EmbeddedPostgresException {
    Path root = dataDir.toRealPath();
    Object owner = Files.getAttribute(root, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    Object group = Files.getAttribute(root, "unix:gid", LinkOption.NOFOLLOW_LINKS);
    if (new UnixSystem().getUid() != 0 || owner.equals(0)) {
      return;
    }
    Commands.Result result =
        Commands.run(List.of("chown", "-R", "-h", owner + ":" + group, root.toString()));
    if (!result.succeeded()) {
      throw new EmbeddedPostgresException(
          "the restored files in %s still belong to root: %s".formatted(root, result.output()));
    }
  }
}
