// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * The text of every setting and where it was given. The command line overrides the environment,
 * which overrides the properties file, which overrides the defaults.
 */
final class SettingSources {
  private static final String CONFIG_KEY = Setting.PREFIX + "CONFIG";
  private static final String TEST_PREFIX = Setting.PREFIX + "TEST_";

  private final Map<Setting, String> values = new EnumMap<>(Setting.class);
  private final Map<Setting, String> origins = new EnumMap<>(Setting.class);
  private final List<String> problems = new ArrayList<>();

  private SettingSources() {}

  static SettingSources read(CommandLineSettings commandLine, Map<String, String> environment) {
    SettingSources sources = new SettingSources();
    sources.problems.addAll(commandLine.problems());
    String configFile = commandLine.configFile().orElse(environment.get(CONFIG_KEY));
    if (configFile != null) {
      sources.addFile(Path.of(configFile));
    }
    sources.addEnvironment(environment);
    commandLine.values().forEach((setting, text) -> sources.put(setting, text, setting.flag()));
    return sources;
  }

  private void addFile(Path path) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      problems.add("--config: cannot read " + path + ": " + e.getMessage());
      return;
    }
    properties.forEach((key, value) -> putByKey((String) key, (String) value, path.toString()));
  }

  private void addEnvironment(Map<String, String> environment) {
    environment.forEach(
        (key, value) -> {
          if (key.toUpperCase(Locale.ROOT).startsWith(Setting.PREFIX)
              && !key.equals(CONFIG_KEY)
              && !key.startsWith(TEST_PREFIX)) {
            putByKey(key, value, "environment");
          }
        });
  }

  private void putByKey(String key, String value, String source) {
    String origin = key + " (" + source + ")";
    Setting.byKey(key)
        .ifPresentOrElse(
            setting -> put(setting, value, origin),
            () ->
                problems.add("unknown setting " + origin + Suggestion.forName(asKey(key), keys())));
  }

  /**
   * What a name such as {@code listen}, {@code --max-future} or {@code harvester.tls.key} means.
   */
  private static String asKey(String name) {
    String key = name.toUpperCase(Locale.ROOT).replaceAll("\\W", "_").replaceFirst("^_+", "");
    return key.startsWith(Setting.PREFIX) ? key : Setting.PREFIX + key;
  }

  private static List<String> keys() {
    return Arrays.stream(Setting.values()).map(Setting::key).toList();
  }

  private void put(Setting setting, String value, String origin) {
    values.put(setting, value.trim());
    origins.put(setting, origin);
  }

  String value(Setting setting) {
    return values.getOrDefault(setting, setting.defaultValue());
  }

  boolean isSet(Setting setting) {
    return values.containsKey(setting);
  }

  /** The flag, or the key with its source: the start of every error message about the setting. */
  String origin(Setting setting) {
    return origins.getOrDefault(setting, setting.key());
  }

  /** The settings that were given, in one line for the log; passwords are masked. */
  String summary() {
    if (values.isEmpty()) {
      return "with default settings";
    }
    List<String> given = new ArrayList<>();
    values.forEach((setting, value) -> given.add(setting.key() + "=" + masked(value)));
    return String.join(" ", given);
  }

  private static String masked(String value) {
    return value
        .replaceAll("(://[^:/@]*):[^@]*@", "$1:***@")
        .replaceAll("(?i)([?&][^=&]*password=)[^&]*", "$1***");
  }

  List<String> problems() {
    return problems;
  }
}
