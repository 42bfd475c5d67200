// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.config.Suggestion;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Prints the help text of a command. */
final class HelpCommand implements InfoCommand {
  private final PositionalParamSpec path =
      PositionalParamSpec.builder()
          .index("0..*")
          .arity("0..*")
          .type(List.class)
          .auxiliaryTypes(String.class)
          .initialValue(List.of())
          .paramLabel("COMMAND")
          .description("a command, for example: node add")
          .build();
  private final CommandSpec program;

  /** Takes the program whose commands it explains. */
  HelpCommand(CommandSpec program) {
    this.program = program;
  }

  /** Its name, arguments and help text. */
  CommandSpec spec() {
    return Program.command("help", this, "Prints the help text of a command.").addPositional(path);
  }

  @Override
  public void run(PrintStream out) throws UsageException {
    CommandLine command = program.commandLine();
    for (String name : path.<List<String>>getValue()) {
      CommandLine subcommand = command.getSubcommands().get(name);
      if (subcommand == null) {
        throw new UsageException(
            "unknown command "
                + name
                + Suggestion.forName(name, command.getSubcommands().keySet()));
      }
      command = subcommand;
    }
    command.usage(out);
  }
}
