package io.harvester.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/** Files that hold a secret: they must not be open to every user of the machine. */
final class SecretFile {
  private SecretFile() {}

  /**
   * The content without blanks around it.
   *
   * @throws IllegalArgumentException if it cannot be read, or by too many
   */
  static String read(Path file) {
    check(file);
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot be read: " + file, e);
    }
  }

  /**
   * Checks that the file is there, and closed to others than its owner and group.
   *
   * @throws IllegalArgumentException if not
   */
  static void check(Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException("cannot be read: " + file);
    }
    try {
      if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        throw new IllegalArgumentException(
            "can be read by every user of this machine: chmod o= " + file);
      }
    } catch (UnsupportedOperationException | IOException e) {
      return; // a file system without such permissions
    }
  }
}
