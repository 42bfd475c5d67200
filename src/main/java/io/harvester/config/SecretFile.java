// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/** A file that contains a secret and must not be readable by every user of the machine. */
final class SecretFile {
  private SecretFile() {}

  /**
   * Reads the content, without surrounding white space.
   *
   * @throws IllegalArgumentException if the file cannot be read, or every user can read it
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
   * Checks that the file is readable, but only by its owner and group.
   *
   * @throws IllegalArgumentException if it is not
   */
  static void check(Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException("cannot be read: " + file);
    }
    try {
      if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        throw new IllegalArgumentException(
            "is readable by every user of this machine; run chmod o= " + file);
      }
    } catch (UnsupportedOperationException e) {
      return; // the file system has no POSIX permissions
    } catch (IOException e) {
      throw new IllegalArgumentException("has permissions that cannot be read: " + file, e);
    }
  }
}
