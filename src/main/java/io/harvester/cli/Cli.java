// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.cli.migrate.MigrateRequest;
import io.harvester.config.Settings;
import io.harvester.config.SettingsException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The command line: parses the arguments, runs one command and reports its failure. */
public final class Cli {
  /** Exit status: the command succeeded. */
  public static final int OK = 0;

  /** Exit status: the command or the service failed. */
  public static final int FAILED = 1;

  /** Exit status: the command line or a setting is invalid (EX_USAGE of sysexits.h). */
  public static final int USAGE = 64;

  private final Service service;
  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  /** Starts the service. */
  @FunctionalInterface
  public interface Service {
    /**
     * Starts it with valid settings.
     *
     * @return the status that {@link Cli#run} returns
     */
    int run(Settings settings) throws CommandException;

    /**
     * Copies everything from the configured database to another one.
     *
     * @param progress receives the progress
     * @return the exit status
     */
    default int migrate(Settings settings, MigrateRequest request, PrintStream progress)
        throws CommandException {
      throw new CommandException("this service cannot migrate");
    }
  }

  /**
   * Takes the service that the command {@code run} starts, and where to read and write.
   *
   * @param environment environment variables, which may contain settings
   * @param out receives the result of a command
   * @param err receives the reason of a failure
   */
  public Cli(Service service, Map<String, String> environment, PrintStream out, PrintStream err) {
    this.service = service;
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs the command that the arguments name; without one, the service.
   *
   * @return the exit status, or what the service returned
   */
  public int run(List<String> arguments) {
    CommandLine program = Program.commandLine(service, out);
    ParseResult parsed = program.parseArgs(arguments.toArray(String[]::new));
    if (CommandLine.executeHelpRequest(parsed) != null) {
      return OK;
    }
    List<ParseResult> levels = ParseProblems.levels(parsed);
    ParseResult command = levels.get(levels.size() - 1);
    try {
      return run(parsed, command);
    } catch (UsageException | SettingsException e) {
      String name = command.commandSpec().qualifiedName(" ");
      err.println(Program.NAME + ": " + e.getMessage());
      err.println("Try '" + name + " --help' for more information.");
      return USAGE;
    } catch (CommandException e) {
      err.println(Program.NAME + ": " + e.getMessage());
      return FAILED;
    }
  }

  private int run(ParseResult program, ParseResult command)
      throws UsageException, SettingsException, CommandException {
    List<String> problems = ParseProblems.of(program);
    if (command.commandSpec().userObject() instanceof ConfiguredCommand configured) {
      Settings settings = Settings.load(SettingOptions.given(program, problems), environment);
      return configured.run(settings, new Output(out, command.hasMatchedOption(Output.JSON)));
    }
    if (!problems.isEmpty()) {
      throw new UsageException(String.join("; ", problems));
    }
    ((InfoCommand) command.commandSpec().userObject()).run(out);
    return OK;
  }
}
