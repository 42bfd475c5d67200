package io.harvester.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Command line of the form {@code --name value}. Reading an option also declares it, so that {@link
 * #finish} can refuse what nobody asked for; all mistakes are told together.
 */
final class Arguments {
  private final Map<String, List<String>> given = new LinkedHashMap<>();
  private final List<String> known = new ArrayList<>();
  private final List<String> mistakes = new ArrayList<>();

  Arguments(String... args) {
    for (int i = 0; i < args.length; i++) {
      if (!args[i].startsWith("--")) {
        mistakes.add("expected an option, found '" + args[i] + "'");
        continue;
      }
      boolean hasValue = i + 1 < args.length && !args[i + 1].startsWith("--");
      List<String> values = given.computeIfAbsent(args[i].substring(2), key -> new ArrayList<>());
      values.add(hasValue ? args[++i] : "true");
    }
  }

  String text(String name, String fallback) {
    return read(name, fallback, value -> value);
  }

  String required(String name) {
    if (!given.containsKey(name)) {
      mistakes.add("--" + name + " is missing");
    }
    return text(name, "");
  }

  List<String> all(String name) {
    known.add(name);
    return given.getOrDefault(name, List.of());
  }

  boolean flag(String name) {
    return read(name, false, Boolean::valueOf);
  }

  int number(String name, int fallback) {
    return read(name, fallback, value -> Integer.valueOf(value.replace("_", "")));
  }

  long bigNumber(String name, long fallback) {
    return read(name, fallback, value -> Long.valueOf(value.replace("_", "")));
  }

  double decimal(String name, double fallback) {
    return read(name, fallback, Double::valueOf);
  }

  Duration duration(String name, Duration fallback) {
    return read(name, fallback, Arguments::parseDuration);
  }

  /** Ends reading: prints every mistake and leaves the process with status 2 if there is one. */
  void finish() {
    given.keySet().stream()
        .filter(name -> !known.contains(name))
        .forEach(name -> mistakes.add("unknown option --" + name + "; known: " + known));
    if (!mistakes.isEmpty()) {
      mistakes.forEach(System.err::println);
      System.exit(2);
    }
  }

  /** {@code 250ms}, {@code 15s}, {@code 5m}, {@code 2h}. */
  static Duration parseDuration(String text) {
    return text.endsWith("ms")
        ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
        : Duration.parse("PT" + text);
  }

  private <T> T read(String name, T fallback, Function<String, T> parse) {
    known.add(name);
    List<String> values = given.get(name);
    if (values == null) {
      return fallback;
    }
    String last = values.get(values.size() - 1);
    try {
      return parse.apply(last);
    } catch (RuntimeException e) {
      mistakes.add("--" + name + ": cannot read '" + last + "'");
      return fallback;
    }
  }
}
