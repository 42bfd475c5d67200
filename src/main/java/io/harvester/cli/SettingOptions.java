// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.config.CommandLineSettings;
import io.harvester.config.Setting;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Stack;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The settings as command-line options, built from the table of {@link Setting}. */
final class SettingOptions {
  private static final String CONFIG = "--config";

  /** The settings that tell where the database is. */
  private static final Set<Setting> DATABASE =
      EnumSet.of(Setting.DATABASE_URL, Setting.DATABASE_PASSWORD_FILE, Setting.DATA_DIR);

  private SettingOptions() {}

  /** Adds every setting. */
  static CommandSpec addAll(CommandSpec command) {
    return add(command, EnumSet.allOf(Setting.class));
  }

  /** Adds the settings that a command needs to find the database of the service. */
  static CommandSpec addDatabase(CommandSpec command) {
    return add(command, DATABASE);
  }

  private static CommandSpec add(CommandSpec command, Set<Setting> settings) {
    command.addOption(
        OptionSpec.builder(CONFIG)
            .type(String.class)
            .paramLabel("FILE")
            .description("properties file with settings", "HARVESTER_CONFIG, no default")
            .build());
    settings.forEach(setting -> command.addOption(option(setting)));
    return command;
  }

  private static OptionSpec option(Setting setting) {
    String value =
        setting.defaultValue().isEmpty() ? "no default" : "default " + setting.defaultValue();
    OptionSpec.Builder option =
        OptionSpec.builder(setting.flag())
            .userObject(setting)
            .type(String.class)
            .paramLabel("VALUE")
            .description(setting.meaning(), setting.key() + ", " + value);
    if (setting.isSwitch()) {
      option.arity("0..1").fallbackValue("true").preprocessor(SettingOptions::switchValue);
    }
    return option.build();
  }

  /** A switch takes a value only after an equals sign, so that a command may follow it. */
  private static boolean switchValue(
      Stack<String> rest, CommandSpec command, ArgSpec option, Map<String, Object> info) {
    if (" ".equals(info.get("separator"))) {
      rest.push("true");
    }
    return false; // picocli continues with the value
  }

  /**
   * Takes the settings out of a command line. They may stand before a subcommand, too; one after it
   * overrides one before.
   *
   * @param problems what else is wrong with the command line
   */
  static CommandLineSettings given(ParseResult program, List<String> problems) {
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    String configFile = null;
    for (ParseResult level : ParseProblems.levels(program)) {
      configFile = level.matchedOptionValue(CONFIG, configFile);
      for (OptionSpec option : level.matchedOptions()) {
        if (option.userObject() instanceof Setting setting) {
          values.put(setting, option.getValue());
        }
      }
    }
    return new CommandLineSettings(values, Optional.ofNullable(configFile), problems);
  }
}
