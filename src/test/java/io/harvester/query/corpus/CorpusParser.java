// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.corpus;

import io.harvester.query.corpus.CorpusCommand.Clear;
import io.harvester.query.corpus.CorpusCommand.Condition;
import io.harvester.query.corpus.CorpusCommand.Eval;
import io.harvester.query.corpus.CorpusCommand.Expectation;
import io.harvester.query.corpus.CorpusCommand.Load;
import io.harvester.query.corpus.SeriesNotation.Series;
import io.harvester.query.value.Labels;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads test scripts: {@code promql/promqltest/README.md} of Prometheus describes them. */
final class CorpusParser {
  private static final Pattern LOAD = Pattern.compile("load(?:_(with_nhcb))?\\s+(.+?)");
  private static final Pattern INSTANT =
      Pattern.compile("eval(?:_(fail|warn|ordered|info))?\\s+instant\\s+(?:at\\s+(.+?))?\\s+(.+)");
  private static final Pattern RANGE =
      Pattern.compile(
          "eval(?:_(fail|warn|info))?\\s+range\\s+from\\s+(.+)\\s+to\\s+(.+)\\s+step\\s+(.+?)\\s+(.+)");
  private static final Pattern EXPECT =
      Pattern.compile(
          "expect\\s+(ordered|fail|warn|no_warn|info|no_info)(?:\\s+(regex|msg):(.+))?");
  private static final Pattern DURATION = Pattern.compile("([0-9]+)(ms|y|w|d|h|m|s)");

  private final List<String> lines = new ArrayList<>();
  private int at;

  private CorpusParser(String script) {
    for (String line : script.split("\n", -1)) {
      String trimmed = line.strip();
      lines.add(trimmed.startsWith("#") ? "" : trimmed);
    }
  }

  /** The commands of a script. */
  static List<CorpusCommand> parse(String script) {
    CorpusParser parser = new CorpusParser(script);
    List<CorpusCommand> commands = new ArrayList<>();
    while (parser.at < parser.lines.size()) {
      String line = parser.lines.get(parser.at);
      if (line.isEmpty()) {
        parser.at++;
      } else if (line.equals("clear")) {
        parser.at++;
        commands.add(new Clear());
      } else if (line.startsWith("load")) {
        commands.add(parser.load());
      } else if (line.startsWith("eval")) {
        commands.add(parser.eval());
      } else {
        throw new IllegalArgumentException("line " + (parser.at + 1) + ": " + line);
      }
    }
    return commands;
  }

  private Load load() {
    Matcher matcher = match(LOAD, lines.get(at++));
    List<Series> series = new ArrayList<>();
    while (at < lines.size() && !lines.get(at).isEmpty()) {
      series.add(series());
    }
    return new Load(duration(matcher.group(2)), matcher.group(1) != null, series);
  }

  private Series series() {
    String line = lines.get(at++);
    try {
      return SeriesNotation.parse(line);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("line " + at + ": " + line, e);
    }
  }

  private Eval eval() {
    int number = at + 1;
    String line = lines.get(at++);
    boolean instant = INSTANT.matcher(line).matches();
    Matcher matcher = match(instant ? INSTANT : RANGE, line);
    long start = duration(matcher.group(2));
    Map<Expectation, List<Condition>> expectations = new EnumMap<>(Expectation.class);
    if (matcher.group(1) != null) {
      expectations.put(
          Expectation.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)), new ArrayList<>());
    }
    List<Labels> order = new ArrayList<>();
    Map<Labels, Series> expected = new HashMap<>();
    boolean scalar = false;
    while (at < lines.size() && !lines.get(at).isEmpty()) {
      String next = lines.get(at);
      if (next.startsWith("expected_fail_")) {
        addOldCondition(next, expectations);
        at++;
      } else if (next.split(" ", -1)[0].equals("expect")) {
        addCondition(next, expectations);
        at++;
      } else if (isNumber(next)) {
        at++;
        scalar = true;
        expected.put(
            Labels.EMPTY, new Series(Labels.EMPTY, SeriesNotation.parse("{} " + next).values()));
        break;
      } else {
        Series series = series();
        order.add(series.labels());
        expected.put(series.labels(), series);
      }
    }
    return new Eval(
        number,
        matcher.group(instant ? 3 : 5),
        start,
        instant ? start : duration(matcher.group(3)),
        instant ? 0 : duration(matcher.group(4)),
        expectations,
        matcher.group(1) != null,
        order,
        expected,
        scalar);
  }

  private static boolean isNumber(String line) {
    try {
      SeriesNotation.number(line);
      return !line.equals("stale");
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static void addOldCondition(String line, Map<Expectation, List<Condition>> expectations) {
    boolean message = line.startsWith("expected_fail_message");
    String text = line.substring(line.indexOf(' ')).strip();
    expectations.get(Expectation.FAIL).add(condition(message, text));
  }

  private static void addCondition(String line, Map<Expectation, List<Condition>> expectations) {
    Matcher matcher = match(EXPECT, line);
    Expectation expectation = Expectation.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
    List<Condition> conditions =
        expectations.computeIfAbsent(expectation, none -> new ArrayList<>());
    if (matcher.group(2) != null) {
      conditions.add(condition(matcher.group(2).equals("msg"), matcher.group(3).strip()));
    } else {
      conditions.add(new Condition("anything", text -> true));
    }
  }

  private static Condition condition(boolean message, String text) {
    if (message) {
      return new Condition(text, text::equals);
    }
    Pattern pattern = Pattern.compile(text);
    return new Condition(text, actual -> pattern.matcher(actual).find());
  }

  private static Matcher match(Pattern pattern, String line) {
    Matcher matcher = pattern.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("unknown command: " + line);
    }
    return matcher;
  }

  /** A duration such as {@code 1h30m}, in ms. */
  static long duration(String text) {
    if (text.equals("0")) {
      return 0;
    }
    Matcher matcher = DURATION.matcher(text);
    long millis = 0;
    int end = 0;
    while (end < text.length() && matcher.find(end) && matcher.start() == end) {
      long unit =
          switch (matcher.group(2)) {
            case "ms" -> 1;
            case "s" -> 1000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            case "w" -> 7 * 86_400_000L;
            default -> 365 * 86_400_000L;
          };
      millis += Long.parseLong(matcher.group(1)) * unit;
      end = matcher.end();
    }
    if (end != text.length()) {
      throw new IllegalArgumentException("no duration: " + text);
    }
    return millis;
  }
}
