// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.receivers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Size and removal of directory trees. */
final class Directories {
  private Directories() {}

  /** Bytes of the accepted files below a directory; a file removed meanwhile counts 0. */
  static long bytes(Path directory, Predicate<Path> accepts) throws IOException {
    if (!Files.exists(directory)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(accepts).mapToLong(Directories::size).sum();
    } catch (UncheckedIOException e) {
      // A directory was removed during the walk, as merges do: walk again.
      return bytes(directory, accepts);
    }
  }

  /** Deletes a directory and everything below it. */
  static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static long size(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
