package io.harvester.cli;

import io.harvester.config.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The arguments of one command: names, the options that the command knows, and what is left over,
 * which is settings.
 */
final class Arguments {
  private final List<String> names = new ArrayList<>();
  private final Map<String, List<String>> options = new TreeMap<>();
  private final List<String> settings = new ArrayList<>();

  /**
   * Sorts arguments.
   *
   * @param switches options without a value
   * @param valued options with one
   */
  Arguments(List<String> arguments, List<String> switches, List<String> valued)
      throws CommandException {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.indexOf('=');
      String flag = equals < 0 ? argument : argument.substring(0, equals);
      if (!argument.startsWith("--")) {
        // A value that belongs to a setting in front of it: --data-dir /var/lib/x
        (settings.isEmpty() ? names : settings).add(argument);
      } else if (switches.contains(argument)) {
        options.computeIfAbsent(flag, f -> new ArrayList<>()).add("");
      } else if (valued.contains(flag)) {
        if (equals < 0 && i + 1 == arguments.size()) {
          throw new CommandException(flag + " needs a value");
        }
        String value = equals < 0 ? arguments.get(++i) : argument.substring(equals + 1);
        options.computeIfAbsent(flag, f -> new ArrayList<>()).add(value);
      } else {
        settings.add(argument);
      }
    }
  }

  /** What is left for {@code Settings.load}. */
  List<String> settings() {
    return settings;
  }

  /** The one name that the command is about. */
  String name() throws CommandException {
    if (names.size() != 1) {
      throw new CommandException("one node name is needed, before any setting");
    }
    return names.get(0);
  }

  /** Checks that no name is given. */
  void noName() throws CommandException {
    if (!names.isEmpty()) {
      throw new CommandException("no name is needed here: " + names.get(0));
    }
  }

  boolean has(String option) {
    return options.containsKey(option);
  }

  /** Every value of an option that may be repeated. */
  List<String> all(String option) {
    return options.getOrDefault(option, List.of());
  }

  Optional<String> last(String option) {
    List<String> values = all(option);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
  }

  Duration duration(String option, String standard) throws CommandException {
    try {
      return Durations.parse(last(option).orElse(standard));
    } catch (IllegalArgumentException e) {
      throw new CommandException(option + " " + e.getMessage());
    }
  }

  /** A whole number of at least 1, or null if the option is not given. */
  Long number(String option, long max) throws CommandException {
    if (!has(option)) {
      return null;
    }
    String text = last(option).orElseThrow();
    try {
      long number = Long.parseLong(text);
      if (number >= 1 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new CommandException(option + " is not a number: " + text);
    }
    throw new CommandException(option + " must be from 1 to " + max + ", not " + text);
  }
}
