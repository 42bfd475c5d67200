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

/** What PostgreSQL writes about itself, kept in two files of bounded size. */
final class ServerLog {
  private static final long LIMIT = 16L * 1024 * 1024;
  private static final int SHOWN_LINES = 6;

  private final Path file;

  ServerLog(Path file) {
    this.file = file;
  }

  /** Where to append; PostgreSQL holds it open, so it stays this one file. */
  Path file() {
    return file;
  }

  /** Bytes written so far. */
  long size() throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /** Copies the log aside and empties it once it is over the limit. */
  void trim() throws IOException {
    if (size() > LIMIT) {
      Path previous = file.resolveSibling(file.getFileName() + ".1");
      Files.copy(file, previous, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(0);
      }
    }
  }

  /** The lines since a position that say why a start failed; the last lines if none stands out. */
  String complaints(long since) throws IOException {
    List<String> lines;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.position(Math.min(since, channel.size()));
      byte[] bytes = Channels.newInputStream(channel).readAllBytes();
      lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }
    List<String> serious =
        lines.stream().filter(line -> line.matches(".*(FATAL|PANIC|HINT|DETAIL): .*")).toList();
    List<String> shown = serious.isEmpty() ? lines : serious;
    return String.join("\n", shown.subList(Math.max(0, shown.size() - SHOWN_LINES), shown.size()));
  }
}
