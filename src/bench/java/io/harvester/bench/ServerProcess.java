package io.harvester.bench;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A server started by a shell command, in the foreground of its own process. */
final class ServerProcess {
  private final String command;
  private final URI probe;
  private final Path log;
  private volatile Process process;

  /**
   * A server that is not started yet.
   *
   * @param command for the shell; the server must take the place of the shell or be a simple
   *     command
   * @param probe answers 200 once the server is ready
   * @param log gets its output, appended
   */
  ServerProcess(String command, URI probe, Path log) {
    this.command = command;
    this.probe = probe;
    this.log = log;
    // Whoever ends a benchmark in the middle does not want its servers to stay.
    Runtime.getRuntime().addShutdownHook(new Thread(this::killIfAlive));
  }

  void start() throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    process =
        new ProcessBuilder("sh", "-c", "exec " + command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectInput(new File("/dev/null"))
            .start();
  }

  /** Waits until it is ready; tells what stands in its log if it does not get there. */
  void awaitReady(Duration patience) throws IOException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (Http.statusOf(probe) != 200) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IOException(
            "%s: %s; its log is %s"
                .formatted(
                    probe,
                    process.isAlive()
                        ? "not ready after " + patience
                        : "the server ended with status " + process.exitValue(),
                    log));
      }
      Thread.sleep(50);
    }
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGTERM; the exit status, or -1 if it did not end in time and was killed. */
  int stop(Duration patience) throws InterruptedException {
    process.destroy();
    if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      return process.exitValue();
    }
    kill();
    return -1;
  }

  private void killIfAlive() {
    if (alive()) {
      process.destroyForcibly();
    }
  }

  boolean alive() {
    return process != null && process.isAlive();
  }

  long pid() {
    return process.pid();
  }
}
