package io.harvester.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How to start the server and to know that it is ready. */
final class ServerProgram {
  private static final Logger log = LoggerFactory.getLogger(ServerProgram.class);
  private static final int STATE_LINE = 7;
  private static final long POLL_MS = 20;
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

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
   * Starts it. The calling thread must outlive the server: to the kernel that thread is the parent
   * whose death stops it.
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

  /** Waits until it takes connections, however long a recovery may take. */
  void awaitReady(Process process)
      throws EmbeddedPostgresException, IOException, InterruptedException {
    long nextWord = System.nanoTime() + TIMEOUT_NANOS;
    while (!isReady(process.pid())) {
      if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
        throw new EmbeddedPostgresException(
            "PostgreSQL ended with status %d while starting in %s:%n%s%nMore in %s"
                .formatted(
                    process.exitValue(),
                    folder.root(),
                    serverLog.complaints(logStart),
                    serverLog.file()));
      }
      if (System.nanoTime() > nextWord) {
        log.info("PostgreSQL is still starting, perhaps recovering: see {}", serverLog.file());
        nextWord += TIMEOUT_NANOS;
      }
    }
  }

  private boolean isReady(long pid) throws IOException {
    try {
      List<String> lines = Files.readAllLines(folder.postmasterPid());
      return lines.size() > STATE_LINE
          && lines.get(0).equals(Long.toString(pid))
          && lines.get(STATE_LINE).strip().equals("ready");
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
