// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.config.Suggestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in words for the operator. */
final class ParseProblems {
  private final List<String> problems = new ArrayList<>();
  private final Set<String> invalid = new HashSet<>();
  private final Set<ArgSpec> given = new HashSet<>();

  private ParseProblems() {}

  /** All problems of a command line; empty if it is valid. */
  static List<String> of(ParseResult program) {
    ParseProblems found = new ParseProblems();
    List<ParseResult> levels = levels(program);
    levels.forEach(found::addErrors);
    CommandSpec command = levels.get(levels.size() - 1).commandSpec();
    if (command.userObject() == null && found.problems.isEmpty()) {
      found.problems.add(
          command.name()
              + " needs a command: "
              + String.join(", ", command.subcommands().keySet()));
    }
    return found.problems;
  }

  /** The program itself, then each subcommand on the way to the one that was given. */
  static List<ParseResult> levels(ParseResult program) {
    return program.asCommandLineList().stream().map(CommandLine::getParseResult).toList();
  }

  private void addErrors(ParseResult level) {
    for (Exception error : level.errors()) {
      if (error instanceof UnmatchedArgumentException e) {
        addUnmatched(level.commandSpec(), e.getUnmatched());
      } else if (error instanceof MissingParameterException e) {
        // An argument whose value is invalid counts as missing, too.
        e.getMissing().stream().filter(arg -> !given.contains(arg)).forEach(this::addMissing);
      } else if (error instanceof ParameterException e && e.getCause() != null) {
        problems.add(name(e.getArgSpec()) + " " + e.getCause().getMessage());
        invalid.add(e.getValue());
        given.add(e.getArgSpec());
      } else {
        problems.add(error.getMessage());
      }
    }
  }

  /**
   * Reports unknown options and commands, and arguments in excess. The argument after an unknown
   * option is probably its value. Picocli lists arguments that are invalid here, too.
   */
  private void addUnmatched(CommandSpec command, List<String> unmatched) {
    boolean mayBeValue = false;
    for (String argument : unmatched) {
      if (argument.startsWith("-")) {
        int equals = argument.indexOf('=');
        String option = equals < 0 ? argument : argument.substring(0, equals);
        problems.add("unknown option " + option + Suggestion.forName(option, options(command)));
        mayBeValue = equals < 0;
      } else if (mayBeValue || invalid.contains(argument)) {
        mayBeValue = false;
      } else if (!command.subcommands().isEmpty()) {
        problems.add(
            "unknown command "
                + argument
                + Suggestion.forName(argument, command.subcommands().keySet()));
        return;
      } else {
        problems.add("unexpected argument " + argument);
      }
    }
  }

  private static Collection<String> options(CommandSpec command) {
    return command.optionsMap().keySet();
  }

  private void addMissing(ArgSpec missing) {
    problems.add(name(missing) + (missing.isOption() ? " needs a value" : " is missing"));
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }
}
