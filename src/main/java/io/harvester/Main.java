package io.harvester;

import io.harvester.cli.CommandException;
import io.harvester.cli.NodeCommand;
import io.harvester.cli.SqlCommand;
import io.harvester.config.Help;
import io.harvester.config.Settings;
import io.harvester.config.SettingsException;
import java.util.List;
import java.util.Map;

/** Entry point: which command is it, and what becomes of a failure. */
public final class Main {
  private Main() {}

  /** Runs the aggregator, or one of the commands that {@code --help} lists. */
  public static void main(String[] arguments) {
    int status = run(List.of(arguments), System.getenv());
    if (status != Aggregator.RUNNING) {
      System.exit(status);
    }
  }

  private static int run(List<String> arguments, Map<String, String> environment) {
    String command = arguments.isEmpty() ? "" : arguments.get(0);
    try {
      switch (command) {
        case "--help", "-h", "help" -> {
          System.out.print(Help.text());
          return 0;
        }
        case "--version", "version" -> {
          System.out.println("harvester-aggregator " + Help.version());
          return 0;
        }
        case "sql" -> {
          return SqlCommand.run(arguments.subList(1, arguments.size()), environment);
        }
        case "node" -> {
          return NodeCommand.run(arguments.subList(1, arguments.size()), environment, System.out);
        }
        default -> {
          Settings settings = Settings.load(arguments, environment);
          return Aggregator.run(settings);
        }
      }
    } catch (SettingsException | StartException | CommandException e) {
      System.err.println("harvester-aggregator: " + e.getMessage());
      return 1;
    }
  }
}
