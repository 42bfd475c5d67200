// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** PostgreSQL's log, in two files of limited size. */
final class ServerLog {
  private static final long MAX_BYTES = 16L * 1024 * 1024;
  private static final int MAX_SHOWN_LINES = 6;

  private final Path file;

  ServerLog(Path file) {
    this.file = file;
  }

  /** The file to append to. PostgreSQL holds it open, so it cannot be replaced. */
  Path file() {
    return file;
  }

  /** Its size in bytes; 0 if it does not exist. */
  long size() throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /** If the log is over its limit, copies it to {@code .1} and empties it. */
  void trim() throws IOException {
    if (size() > MAX_BYTES) {
      Path previous = file.resolveSibling(file.getFileName() + ".1");
      Files.copy(file, previous, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(0);
      }
    }
  }

  /** The errors logged since a position; the last lines if there are none. */
  String errors(long since) throws IOException {
    List<String> lines;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.position(Math.min(since, channel.size()));
      byte[] bytes = Channels.newInputStream(channel).readAllBytes();
      lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }
    List<String> errors =
        lines.stream().filter(line -> line.matches(".*(FATAL|PANIC|HINT|DETAIL): .*")).toList();
    List<String> shown = errors.isEmpty() ? lines : errors;
    return String.join(
        "\n", shown.subList(Math.max(0, shown.size() - MAX_SHOWN_LINES), shown.size()));
  }
}
