// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.tool;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A server started by a shell command, as a child process in the foreground. */
public final class ServerProcess {
  private final String command;
  private final URI probe;
  private final Path log;
  private volatile Process process;

  /**
   * A server that is not started yet.
   *
   * @param command run by {@code sh -c 'exec …'}: a simple command, so that the child process is
   *     the server itself
   * @param probe answers 200 once the server is ready
   * @param log the server's output is appended to this file
   */
  public ServerProcess(String command, URI probe, Path log) {
    this.command = command;
    this.probe = probe;
    this.log = log;
    // An interrupted benchmark must not leave its servers running.
    Runtime.getRuntime().addShutdownHook(new Thread(this::killIfAlive));
  }

  /** Starts the server; {@link #awaitReady} waits for it. */
  public void start() throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    process =
        new ProcessBuilder("sh", "-c", "exec " + command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectInput(new File("/dev/null"))
            .start();
  }

  /**
   * Waits until the probe answers 200.
   *
   * @throws IOException if the server ends, or is not ready within the timeout
   */
  public void awaitReady(Duration timeout) throws IOException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (Http.statusOf(probe) != 200) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IOException(
            "%s: %s; its log is %s"
                .formatted(
                    probe,
                    process.isAlive()
                        ? "not ready after " + timeout
                        : "the server ended with status " + process.exitValue(),
                    log));
      }
      Thread.sleep(50);
    }
  }

  /** Sends SIGKILL and waits for the end. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /**
   * Sends SIGTERM, and SIGKILL after the timeout.
   *
   * @return the exit status, or -1 after a SIGKILL
   */
  public int stop(Duration timeout) throws InterruptedException {
    process.destroy();
    if (process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
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

  /** Whether the process is running. */
  public boolean alive() {
    return process != null && process.isAlive();
  }

  /** The process number, once started. */
  public long pid() {
    return process.pid();
  }
}
