// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server on the data folder whose aggregator was killed. */
final class OrphanedServer {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanedServer.class);

  private OrphanedServer() {}

  /** Stops such a server and removes its stale files. The folder must be locked. */
  static void stop(DataFolder folder) throws IOException {
    Files.deleteIfExists(folder.url());
    Path proc = Path.of("/proc");
    // Without /proc the process cannot be identified: PostgreSQL itself then checks the file.
    if (Files.notExists(folder.postmasterPid()) || Files.notExists(proc.resolve("self"))) {
      return;
    }
    List<String> lines = Files.readAllLines(folder.postmasterPid());
    if (lines.isEmpty() || !lines.get(0).matches("\\d{1,9}")) {
      return;
    }
    long pid = Long.parseLong(lines.get(0));
    Path commandLine = proc.resolve(lines.get(0)).resolve("cmdline");
    if (serves(commandLine, folder.pgdata())) {
      LOG.warn("stopping PostgreSQL (pid {}), whose aggregator was killed", pid);
      FastShutdown.of(pid, () -> serves(commandLine, folder.pgdata()));
    } else if (!runsPostgres(commandLine)) {
      // Another process may have that id by now, and PostgreSQL would take it for a server.
      Files.deleteIfExists(folder.postmasterPid());
    }
  }

  private static boolean serves(Path commandLine, Path pgdata) {
    return runsPostgres(commandLine) && words(commandLine).contains(pgdata.toString());
  }

  private static boolean runsPostgres(Path commandLine) {
    List<String> words = words(commandLine);
    return !words.isEmpty() && Path.of(words.get(0)).endsWith("postgres");
  }

  /** A process's command line; empty once it has ended, even as a zombie. */
  private static List<String> words(Path commandLine) {
    try {
      String all = Files.readString(commandLine, UTF_8);
      return all.isEmpty() ? List.of() : Arrays.asList(all.split("\0", -1));
    } catch (IOException e) {
      return List.of();
    }
  }
}
