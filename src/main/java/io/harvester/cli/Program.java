// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.cli.backup.BackupTask;
import io.harvester.cli.backup.EmbeddedTask;
import io.harvester.cli.backup.RestoreTask;
import io.harvester.cli.migrate.MigrateOptions;
import io.harvester.cli.migrate.MigrateRequest;
import io.harvester.config.ExampleFile;
import io.harvester.config.Version;
import io.harvester.embedded.EmbeddedPostgresException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The program as picocli knows it: all commands with their options and help texts. */
final class Program {
  /** The name of the program in help texts, error messages and the completion script. */
  static final String NAME = "harvester-aggregator";

  /** The script that starts the program, deploy/harvester. */
  private static final String LAUNCHER = "harvester";

  private static final int HELP_WIDTH = 100;
  private static final int MAX_OPTION_WIDTH = 38;

  private static final String SETTINGS =
      "A setting is an option, an environment variable HARVESTER_..., or a line HARVESTER_...=value"
          + " in the properties file. An option overrides the environment, which overrides the"
          + " file.";

  private static final String[] EXIT_STATUS = {
    Cli.OK + ":The command succeeded, or the service was stopped.",
    Cli.FAILED + ":The command or the service failed. Standard error gives the reason.",
    Cli.USAGE + ":The command line or a setting is invalid. Standard error lists all problems.",
  };

  private Program() {}

  /** Builds the program; help texts go to {@code out}. */
  static CommandLine commandLine(Cli.Service service, PrintStream out) {
    CommandSpec program =
        serviceCommand(
                NAME,
                service,
                "Receives Prometheus remote_write and stores it in TimescaleDB or PostgreSQL."
                    + " Without a command, the service runs.")
            .version(NAME + " " + Version.current())
            .addOption(
                OptionSpec.builder("-V", "--version")
                    .versionHelp(true)
                    .description("print the version")
                    .order(-1)
                    .build());
    List<CommandSpec> commands =
        List.of(
            serviceCommand("run", service, "Runs the service."),
            SettingOptions.addDatabase(new SqlCommand().spec()),
            nodeCommands(),
            readerCommands(),
            userCommands(),
            adminCommand(new AddNote()),
            SettingOptions.addDatabase(new DoctorCommand().spec()),
            embeddedCommand(new BackupTask()),
            embeddedCommand(new RestoreTask()),
            migrateCommand(service),
            new HelpCommand(program).spec(),
            versionCommand(program),
            configCommand(),
            completionCommand(program));
    commands.forEach(command -> program.addSubcommand(command.name(), command));
    complete(program);
    return new CommandLine(program)
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setUsageHelpWidth(HELP_WIDTH)
        .setUsageHelpLongOptionsMaxWidth(MAX_OPTION_WIDTH)
        .setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setAllowSubcommandsAsOptionParameters(true)
        .setOverwrittenOptionsAllowed(true);
  }

  private static CommandSpec serviceCommand(String name, Cli.Service service, String purpose) {
    ConfiguredCommand run = (settings, output) -> service.run(settings);
    return SettingOptions.addAll(command(name, run, purpose, "", SETTINGS));
  }

  private static CommandSpec nodeCommands() {
    CommandSpec node =
        command("node", null, "Manages the nodes that may write: tokens, quotas, tags, enrolment.");
    node.usageMessage().synopsisSubcommandLabel("COMMAND");
    addAll(
        node,
        List.of(
            TokenCommands.add(),
            new ListNodes(),
            TokenCommands.rotate(),
            TokenCommands.revoke(),
            TokenCommands.disable(),
            TokenCommands.enable(),
            new LimitNode(),
            TagCommands.set(),
            TagCommands.remove(),
            new RemoveNode(),
            new MakeEnrolKey()));
    return node;
  }

  private static CommandSpec readerCommands() {
    CommandSpec reader =
        command("reader", null, "Manages who may query over HTTP: tokens and the nodes they see.");
    reader.usageMessage().synopsisSubcommandLabel("COMMAND");
    addAll(reader, ReaderCommands.all());
    return reader;
  }

  private static CommandSpec userCommands() {
    CommandSpec user =
        command("user", null, "Manages who may log in to the page: viewers and admins.");
    user.usageMessage().synopsisSubcommandLabel("COMMAND");
    addAll(user, UserCommands.all());
    return user;
  }

  private static void addAll(CommandSpec group, List<? extends AdminCommand> actions) {
    for (AdminCommand action : actions) {
      CommandSpec command = adminCommand(action);
      group.addSubcommand(command.name(), command);
    }
  }

  private static CommandSpec adminCommand(AdminCommand action) {
    return SettingOptions.addDatabase(
        action
            .spec()
            .addOption(
                OptionSpec.builder(Output.JSON).description("print the result as JSON").build()));
  }

  private static CommandSpec embeddedCommand(EmbeddedTask task) {
    ConfiguredCommand run =
        (settings, output) -> {
          try {
            task.run(settings, output.out());
            return Cli.OK;
          } catch (EmbeddedPostgresException e) {
            throw new CommandException(e.getMessage());
          }
        };
    CommandSpec command = command(task.name(), run, task.description());
    task.addArguments(command);
    return SettingOptions.addDatabase(command);
  }

  private static CommandSpec migrateCommand(Cli.Service service) {
    MigrateOptions options = new MigrateOptions();
    ConfiguredCommand run =
        (settings, output) -> {
          MigrateRequest request;
          try {
            request = options.request();
          } catch (IllegalArgumentException e) {
            throw new CommandException("--to-password-file " + e.getMessage());
          }
          return service.migrate(settings, request, output.out());
        };
    CommandSpec command = command("migrate", run, MigrateOptions.description());
    options.addTo(command);
    return SettingOptions.addDatabase(command);
  }

  private static CommandSpec versionCommand(CommandSpec program) {
    InfoCommand print = out -> out.println(program.version()[0]);
    return command("version", print, "Prints the version.");
  }

  private static CommandSpec configCommand() {
    InfoCommand print = out -> out.print(ExampleFile.text());
    return command(
        "generate-config",
        print,
        "Prints a properties file with every setting, its meaning and its default, for --config.");
  }

  private static CommandSpec completionCommand(CommandSpec program) {
    InfoCommand print =
        out -> {
          out.println(AutoComplete.bash(NAME, program.commandLine()));
          out.println("complete -o default -F _complete_" + NAME + " " + LAUNCHER);
        };
    return command(
        "generate-completion",
        print,
        "Prints a completion script for bash and zsh.",
        "",
        "To use it:",
        "  source <(" + LAUNCHER + " generate-completion)");
  }

  /** Starts a command; {@code command} is what {@link Cli} runs, null for a group. */
  static CommandSpec command(String name, Object command, String... description) {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(command).name(name);
    spec.usageMessage().description(description);
    return spec;
  }

  /** Adds to a command and its subcommands what all have in common. */
  private static void complete(CommandSpec command) {
    command.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .description("print this help text")
            .order(-2)
            .build());
    command.parser().collectErrors(true);
    command
        .usageMessage()
        .abbreviateSynopsis(true)
        .sortOptions(false)
        .parameterListHeading("%nArguments:%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n")
        .exitCodeListHeading("%nExit status:%n")
        .exitCodeList(UsageMessageSpec.keyValuesMap(EXIT_STATUS));
    command.subcommands().values().forEach(sub -> complete(sub.getCommandSpec()));
  }
}
