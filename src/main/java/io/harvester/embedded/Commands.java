package io.harvester.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs other programs, in a surrounding that owes nothing to ours. */
final class Commands {
  /** How a program ended and what it said, both streams together. */
  record Result(int status, String output) {
    boolean succeeded() {
      return status == 0;
    }
  }

  private Commands() {}

  /** Prefix and arguments as one command line. */
  static List<String> join(List<String> prefix, String... rest) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of(rest));
    return command;
  }

  /**
   * A program that is ready to be started: in {@code /}, since its user may not be allowed into our
   * working folder, and without our environment, whose PG* and LD_* variables would steer it.
   */
  static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(Path.of("/").toFile());
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  /** Runs a program to its end. */
  static Result run(List<String> command) throws IOException, EmbeddedPostgresException {
    return run(command, "");
  }

  /** Runs a program to its end, with a text as its standard input. */
  static Result run(List<String> command, String input)
      throws IOException, EmbeddedPostgresException {
    Process process = builder(command).redirectErrorStream(true).start();
    try {
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(UTF_8));
      } catch (IOException e) {
        // It ended without reading: its status and output say why.
      }
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      return new Result(process.waitFor(), output);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** What to throw when somebody wants us to stop waiting; keeps the thread's mark. */
  static EmbeddedPostgresException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new EmbeddedPostgresException("interrupted while PostgreSQL was being set up", e);
  }
}
