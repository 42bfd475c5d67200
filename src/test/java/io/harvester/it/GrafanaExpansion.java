// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Variables and macros as Grafana 12 expands them in the queries of its data sources Prometheus and
 * PostgreSQL, for a panel of 1,000 points.
 *
 * @param chosen values by the name of the variable
 */
record GrafanaExpansion(Instant from, Instant to, Map<String, Choice> chosen) {
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{(\\w+)(?::(\\w+))?})");
  private static final Pattern MACRO = Pattern.compile("\\$(__[_a-zA-Z0-9]+)\\(([^)]*)\\)");
  private static final long SCRAPE_INTERVAL = 15_000;

  /** Upper bounds of intervals, and what they are rounded to, in seconds: rangeutil.ts. */
  private static final long[][] ROUNDED = {
    {2, 1}, {4, 2}, {8, 5}, {13, 10}, {18, 15}, {25, 20}, {45, 30}, {90, 60}, {210, 120}, {450, 300}
  };

  /**
   * What is chosen of a variable.
   *
   * @param several whether the variable allows several values
   * @param all the value for "All"; null: these values are chosen
   */
  record Choice(boolean several, String all, List<String> values) {}

  /** Distance of points, in ms. */
  long step(boolean sql) {
    long seconds = (to.getEpochSecond() - from.getEpochSecond()) / 1000;
    for (long[] bound : ROUNDED) {
      if (seconds < bound[0]) {
        return Math.max(sql ? 1 : SCRAPE_INTERVAL, bound[1] * 1000);
      }
    }
    throw new IllegalArgumentException("a range over five days");
  }

  String promQl(String text) {
    long step = step(false);
    Map<String, String> globals =
        Map.of(
            "__interval", duration(step),
            "__interval_ms", Long.toString(step),
            "__rate_interval", duration(Math.max(step + SCRAPE_INTERVAL, 4 * SCRAPE_INTERVAL)),
            "__range", (to.getEpochSecond() - from.getEpochSecond()) + "s",
            "__range_s", Long.toString(to.getEpochSecond() - from.getEpochSecond()),
            "__range_ms", Long.toString(to.toEpochMilli() - from.toEpochMilli()));
    return expanded(text, globals, GrafanaExpansion::regex);
  }

  String sql(String text) {
    long step = step(true);
    Map<String, String> globals =
        Map.of("__interval", duration(step), "__interval_ms", Long.toString(step));
    String variables =
        expanded(text, globals, choice -> choice.several() ? quoted(choice) : single(choice));
    return MACRO.matcher(variables).replaceAll(macro -> literal(macro(macro)));
  }

  /** As newQueryModel does, which leaves the macros with arguments to the server. */
  private String expanded(
      String text, Map<String, String> globals, Function<Choice, String> format) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found -> {
              String name = found.group(1) == null ? found.group(2) : found.group(1);
              if (name.startsWith("__") && text.startsWith("(", found.end())) {
                return literal(found.group());
              }
              return literal(
                  globals.containsKey(name) ? globals.get(name) : value(found, name, format));
            });
  }

  private String value(MatchResult found, String name, Function<Choice, String> format) {
    Choice choice = chosen.get(name);
    if (choice == null) {
      throw new IllegalArgumentException("there is no variable " + found.group());
    }
    if (choice.all() != null) {
      return choice.all();
    }
    if (found.group(3) == null) {
      return format.apply(choice);
    }
    if (found.group(3).equals("sqlstring")) {
      return quoted(choice);
    }
    throw new IllegalArgumentException("the format of " + found.group() + " is not known here");
  }

  private static String single(Choice choice) {
    return choice.values().get(0).replace("'", "''");
  }

  private static String quoted(Choice choice) {
    return choice.values().stream()
        .map(value -> "'" + value.replace("'", "''") + "'")
        .collect(Collectors.joining(","));
  }

  private static String regex(Choice choice) {
    if (!choice.several()) {
      return choice.values().get(0).replace("\\", "\\\\").replace("\"", "\\\"");
    }
    List<String> values =
        choice.values().stream()
            .map(value -> value.replaceAll("[$^*{}\\[\\]'+?.()|\\\\]", "\\\\\\\\$0"))
            .toList();
    return values.size() == 1 ? values.get(0) : "(" + String.join("|", values) + ")";
  }

  /** As macros.go does, with the setting timescaledb off. */
  private String macro(MatchResult found) {
    String[] arguments = found.group(2).split(",", -1);
    String column = arguments[0].strip();
    return switch (found.group(1)) {
      case "__timeFilter" -> column + " BETWEEN '" + from + "' AND '" + to + "'";
      case "__timeFrom" -> "'" + from + "'";
      case "__timeTo" -> "'" + to + "'";
      case "__timeGroup" -> group(column, arguments);
      case "__timeGroupAlias" -> group(column, arguments) + " AS \"time\"";
      default -> throw new IllegalArgumentException("unknown macro " + found.group());
    };
  }

  private static String group(String column, String... arguments) {
    long seconds = seconds(arguments[1].strip().replace("'", ""));
    return "floor(extract(epoch from %s)/%d)*%d".formatted(column, seconds, seconds);
  }

  private static long seconds(String duration) {
    long number = Long.parseLong(duration.replaceAll("\\D", ""));
    return number * (duration.endsWith("m") ? 60 : 1);
  }

  private static String duration(long ms) {
    return ms % 60_000 == 0 ? ms / 60_000 + "m" : ms / 1000 + "s";
  }

  private static String literal(String text) {
    return java.util.regex.Matcher.quoteReplacement(text);
  }
}
