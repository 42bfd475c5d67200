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
import java.util.Map;
import java.util.Properties;

/** Where settings come from: command line before environment before file before default. */
final class SettingSources {
  private final Map<Setting, String> values = new EnumMap<>(Setting.class);
  private final Map<Setting, String> origins = new EnumMap<>(Setting.class);
  private final List<String> problems = new ArrayList<>();

  static SettingSources read(List<String> arguments, Map<String, String> environment) {
    SettingSources s = new SettingSources();
    Map<Setting, String> commandLine = new EnumMap<>(Setting.class);
    String file = s.commandLine(arguments, commandLine, environment.get(Setting.PREFIX + "CONFIG"));
    if (file != null) {
      s.file(Path.of(file));
    }
    s.environment(environment);
    commandLine.forEach((setting, value) -> s.put(setting, value, setting.flag()));
    return s;
  }

  private String commandLine(List<String> arguments, Map<Setting, String> into, String file) {
    String config = file;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.indexOf('=');
      String flag = equals < 0 ? argument : argument.substring(0, equals);
      boolean config0 = flag.equals("--config");
      Setting setting = Setting.byFlag(flag).orElse(null);
      if (!config0 && setting == null) {
        problems.add(
            "unknown argument "
                + flag
                + near(flag, Arrays.stream(Setting.values()).map(Setting::flag).toList()));
        continue;
      }
      String value;
      if (equals >= 0) {
        value = argument.substring(equals + 1);
      } else if (setting != null && setting.isSwitch()) {
        value = "true";
      } else if (i + 1 < arguments.size()) {
        value = arguments.get(++i);
      } else {
        problems.add(flag + " needs a value");
        continue;
      }
      if (config0) {
        config = value;
      } else {
        into.put(setting, value);
      }
    }
    return config;
  }

  private void file(Path path) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      problems.add("--config: cannot read " + path + ": " + e.getMessage());
      return;
    }
    properties.forEach((key, value) -> named((String) key, (String) value, path.toString()));
  }

  private void environment(Map<String, String> environment) {
    environment.forEach(
        (key, value) -> {
          // HARVESTER_CONFIG names the file; HARVESTER_TEST_* belongs to the tests.
          if (key.startsWith(Setting.PREFIX)
              && !key.equals(Setting.PREFIX + "CONFIG")
              && !key.startsWith(Setting.PREFIX + "TEST_")) {
            named(key, value, "environment");
          }
        });
  }

  private void named(String key, String value, String origin) {
    Setting.byKey(key)
        .ifPresentOrElse(
            setting -> put(setting, value, key + " (" + origin + ")"),
            () ->
                problems.add(
                    "unknown setting "
                        + key
                        + " ("
                        + origin
                        + ")"
                        + near(key, Arrays.stream(Setting.values()).map(Setting::key).toList())));
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

  String origin(Setting setting) {
    return origins.getOrDefault(setting, setting.key());
  }

  /** What was set and where, in one line for the log; whatever may hold a secret is masked. */
  String summary() {
    if (values.isEmpty()) {
      return "with default settings";
    }
    List<String> set = new ArrayList<>();
    values.forEach((setting, value) -> set.add(setting.key() + "=" + masked(value)));
    return String.join(" ", set);
  }

  private static String masked(String value) {
    return value
        .replaceAll("(://[^:/@]*):[^@]*@", "$1:***@")
        .replaceAll("(?i)([?&][^=&]*password=)[^&]*", "$1***");
  }

  List<String> problems() {
    return problems;
  }

  /** The nearest known name, if one is near enough to be meant. */
  private static String near(String given, List<String> known) {
    return known.stream()
        .min((a, b) -> Integer.compare(distance(given, a), distance(given, b)))
        .filter(best -> distance(given, best) <= 4)
        .map(best -> " (did you mean " + best + "?)")
        .orElse(" (--help lists what there is)");
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
