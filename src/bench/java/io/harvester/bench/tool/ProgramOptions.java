// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.tool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A command line of the form {@code --name value}. Reading an option also declares it, so that
 * {@link #finish} can reject unknown options. Errors are collected and reported together.
 */
public final class ProgramOptions {
  private static final int EXIT_USAGE = 2;

  private final Map<String, List<String>> given = new LinkedHashMap<>();
  private final List<String> known = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();

  /** An option without a value is read as {@code true}. */
  public ProgramOptions(String... args) {
    for (int i = 0; i < args.length; i++) {
      if (!args[i].startsWith("--")) {
        errors.add("expected an option, found '" + args[i] + "'");
        continue;
      }
      boolean hasValue = i + 1 < args.length && !args[i + 1].startsWith("--");
      List<String> values = given.computeIfAbsent(args[i].substring(2), key -> new ArrayList<>());
      values.add(hasValue ? args[++i] : "true");
    }
  }

  /** A text, or the default. */
  public String text(String name, String defaultValue) {
    return read(name, defaultValue, value -> value);
  }

  /** A text; it is an error if the option is missing. */
  public String required(String name) {
    if (!given.containsKey(name)) {
      errors.add("--" + name + " is missing");
    }
    return text(name, "");
  }

  /** All values of an option that may be repeated. */
  public List<String> all(String name) {
    known.add(name);
    return given.getOrDefault(name, List.of());
  }

  /** An int, or the default; underscores may separate digits. */
  public int number(String name, int defaultValue) {
    return read(name, defaultValue, value -> Integer.valueOf(value.replace("_", "")));
  }

  /** A long, or the default; underscores may separate digits. */
  public long bigNumber(String name, long defaultValue) {
    return read(name, defaultValue, value -> Long.valueOf(value.replace("_", "")));
  }

  /** A decimal number, or the default. */
  public double decimal(String name, double defaultValue) {
    return read(name, defaultValue, Double::valueOf);
  }

  /** A duration such as {@code 250ms}, {@code 15s}, {@code 5m} or {@code 2h}, or the default. */
  public Duration duration(String name, Duration defaultValue) {
    return read(name, defaultValue, ProgramOptions::parseDuration);
  }

  /** Call after reading all options: prints all errors and exits with status 2 if there are any. */
  public void finish() {
    given.keySet().stream()
        .filter(name -> !known.contains(name))
        .forEach(name -> errors.add("unknown option --" + name + "; known: " + known));
    if (!errors.isEmpty()) {
      errors.forEach(System.err::println);
      System.exit(EXIT_USAGE);
    }
  }

  private static Duration parseDuration(String text) {
    return text.endsWith("ms")
        ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
        : Duration.parse("PT" + text);
  }

  private <T> T read(String name, T defaultValue, Function<String, T> parse) {
    known.add(name);
    List<String> values = given.get(name);
    if (values == null) {
      return defaultValue;
    }
    String last = values.get(values.size() - 1);
    try {
      return parse.apply(last);
    } catch (RuntimeException e) {
      errors.add("--" + name + ": cannot read '" + last + "'");
      return defaultValue;
    }
  }
}
