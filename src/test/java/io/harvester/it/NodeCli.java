// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.harvester.cli.Cli;
import io.harvester.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs {@code node …}, {@code reader …} and {@code user …} against a test's database. */
record NodeCli(TestDatabase db) {
  /** A command that ended: its exit status, and what it printed to either stream. */
  record Ended(int status, String out, String err) {}

  /** What a command prints that must succeed. */
  String run(String... arguments) {
    Ended ended = end(arguments);
    if (ended.status() != Cli.OK) {
      throw new IllegalStateException(ended.toString());
    }
    return ended.out();
  }

  /** What {@code reader …} prints; it must succeed. */
  String reader(String... arguments) {
    Ended ended = end("reader", arguments);
    if (ended.status() != Cli.OK) {
      throw new IllegalStateException(ended.toString());
    }
    return ended.out();
  }

  /** Runs {@code reader …}, which may fail. */
  Ended endReader(String... arguments) {
    return end("reader", arguments);
  }

  /** What {@code user …} prints; it must succeed. */
  String user(String... arguments) {
    Ended ended = end("user", arguments);
    if (ended.status() != Cli.OK) {
      throw new IllegalStateException(ended.toString());
    }
    return ended.out();
  }

  /** Runs {@code user …}, which may fail. */
  Ended endUser(String... arguments) {
    return end("user", arguments);
  }

  /** What {@code note …} prints; it must succeed. */
  String note(String... arguments) {
    Ended ended = end("note", arguments);
    if (ended.status() != Cli.OK) {
      throw new IllegalStateException(ended.toString());
    }
    return ended.out();
  }

  /** Runs a command that may fail. */
  Ended end(String... arguments) {
    return end("node", arguments);
  }

  private Ended end(String group, String... arguments) {
    List<String> all = new ArrayList<>(List.of(group));
    all.addAll(List.of(arguments));
    all.add("--database-url=" + db.url());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Cli cli =
        new Cli(
            settings -> Cli.FAILED,
            Map.of(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    int status = cli.run(all);
    return new Ended(status, out.toString(UTF_8).strip(), err.toString(UTF_8).strip());
  }
}
