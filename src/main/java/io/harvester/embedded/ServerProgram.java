// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the server process, and detects when it is ready. */
final class ServerProgram {
  private static final Logger LOG = LoggerFactory.getLogger(ServerProgram.class);
  private static final int STATUS_LINE = 7;
  private static final long POLL_MS = 20;
  private static final long LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final DataFolder folder;
  private final Binaries binaries;
  private final Account account;
  private final ServerLog serverLog;
  private long logStart;

  ServerProgram(DataFolder folder, Binaries binaries, Account account, ServerLog serverLog) {
    this.folder = folder;
    this.binaries = binaries;
    this.account = account;
    this.serverLog = serverLog;
  }

  /**
   * Starts the server. The calling thread must outlive it: the kernel stops the server when that
   * thread, its parent, ends.
   */
  Process launch() throws IOException {
    serverLog.trim();
    logStart = serverLog.size();
    ProcessBuilder builder =
        Commands.builder(
            Commands.join(
                account.prefix(),
                binaries.program("postgres"),
                "-D",
                folder.pgdata().toString(),
                "-c",
                "config_file=" + folder.configuration()));
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(serverLog.file().toFile()))
            .start();
    process.getOutputStream().close();
    return process;
  }

  /** Waits until the server accepts connections. A recovery has no time limit. */
  void awaitReady(Process process)
      throws EmbeddedPostgresException, IOException, InterruptedException {
    long nextLog = System.nanoTime() + LOG_INTERVAL_NANOS;
    while (!isReady(process.pid())) {
      if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
        throw new EmbeddedPostgresException(
            "PostgreSQL ended with status %d while starting in %s:%n%s%nSee %s"
                .formatted(
                    process.exitValue(),
                    folder.root(),
                    serverLog.errors(logStart),
                    serverLog.file()));
      }
      if (System.nanoTime() > nextLog) {
        LOG.info("PostgreSQL is still starting or recovering: see {}", serverLog.file());
        nextLog += LOG_INTERVAL_NANOS;
      }
    }
  }

  private boolean isReady(long pid) throws IOException {
    try {
      List<String> lines = Files.readAllLines(folder.postmasterPid());
      return lines.size() > STATUS_LINE
          && lines.get(0).equals(Long.toString(pid))
          && lines.get(STATUS_LINE).strip().equals("ready");
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
