// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli.backup;

import io.harvester.config.Settings;
import io.harvester.embedded.EmbeddedPostgresException;
import java.io.PrintStream;
import picocli.CommandLine.Model.CommandSpec;

/** A command that works on the files of the embedded database. */
public interface EmbeddedTask {
  /** The name of the command. */
  String name();

  /** The help text. */
  String[] description();

  /** Adds arguments and options. */
  void addArguments(CommandSpec command);

  /** Runs with valid arguments; the message of the exception is for the operator. */
  void run(Settings settings, PrintStream out) throws EmbeddedPostgresException;

  /** The command must not seem to work on a database that it does not touch. */
  static void refuseOtherDatabase(Settings settings, String command, String instead)
      throws EmbeddedPostgresException {
    if (settings.database().isPresent()) {
      throw new EmbeddedPostgresException(
          "%s is for the embedded database only, and HARVESTER_DATABASE_URL names another server: %s"
              .formatted(command, instead));
    }
  }
}
