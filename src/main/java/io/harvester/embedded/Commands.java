// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs other programs, with a minimal environment. */
final class Commands {
  /** Exit status, and standard output with standard error. */
  record Result(int status, String output) {
    boolean succeeded() {
      return status == 0;
    }
  }

  private Commands() {}

  /** A command line of a prefix and further words. */
  static List<String> join(List<String> prefix, String... rest) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of(rest));
    return command;
  }

  /**
   * A program to start: in {@code /}, because its user may lack access to the working folder, and
   * without inherited PG* and LD_* variables, which would change its behaviour.
   */
  static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(Path.of("/").toFile());
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  /** Runs a program until it ends. */
  static Result run(List<String> command) throws IOException, EmbeddedPostgresException {
    return run(command, "");
  }

  /** Runs a program until it ends, with a text as its standard input. */
  static Result run(List<String> command, String input)
      throws IOException, EmbeddedPostgresException {
    Process process = builder(command).redirectErrorStream(true).start();
    try {
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(UTF_8));
      } catch (IOException e) {
        // It ended without reading all of it: status and output tell why.
      }
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      return new Result(process.waitFor(), output);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** The exception for an interrupted wait. Keeps the thread's interrupt status. */
  static EmbeddedPostgresException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new EmbeddedPostgresException("interrupted while PostgreSQL was being set up", e);
  }
}
