// SPDX-License-Identifier: Apache-2.0
package io.harvester;

import io.harvester.cli.Cli;
import io.harvester.cli.CommandException;
import io.harvester.cli.migrate.MigrateRequest;
import io.harvester.config.Settings;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;

/** Entry point: hands the arguments to the command line, which starts the service or a command. */
public final class Main {
  private Main() {}

  /** Runs the aggregator, or one of the commands that {@code --help} lists. */
  public static void main(String[] arguments) {
    // The machine's locale must not decide how numbers are written in SQL, ports and file names.
    Locale.setDefault(Locale.ROOT);
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    Cli cli = new Cli(new Commands(), System.getenv(), System.out, System.err);
    int status = cli.run(List.of(arguments));
    if (status != Aggregator.RUNNING) {
      System.exit(status);
    }
  }

  /** The commands that need the whole program. */
  static final class Commands implements Cli.Service {
    @Override
    public int run(Settings settings) throws CommandException {
      try {
        return Aggregator.run(settings);
      } catch (StartException e) {
        throw new CommandException(e.getMessage());
      }
    }

    @Override
    public int migrate(Settings settings, MigrateRequest request, PrintStream progress)
        throws CommandException {
      try {
        return Migration.run(settings, request, progress) ? Cli.OK : Cli.FAILED;
      } catch (StartException e) {
        throw new CommandException(e.getMessage());
      }
    }
  }
}
