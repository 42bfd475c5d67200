// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.corpus;

import io.harvester.query.histogram.FloatHistogram;
import io.harvester.query.histogram.HistogramLiteral;
import io.harvester.query.histogram.IncompatibleSchemasException;
import io.harvester.query.text.GoNumber;
import io.harvester.query.value.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a series with its values: {@code metric{a="b"} 0+10x4 _ stale {{schema:1 count:2}}x3}. */
public final class SeriesNotation {
  /** The stale marker. */
  static final double STALE = Double.longBitsToDouble(0x7ff0000000000002L);

  private static final String NUMBER = "[+-]?(?:inf|nan|[0-9]*\\.?[0-9]+(?:e[+-]?[0-9]+)?)";
  private static final Pattern FLOATS =
      Pattern.compile(
          "(" + NUMBER + "|stale)(?:([+-]" + NUMBER + "))?(?:x([0-9]+))?",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern HISTOGRAMS =
      Pattern.compile("(\\{\\{.*?}})(?:([+-])(\\{\\{.*?}}))?(?:x([0-9]+))?", Pattern.DOTALL);

  private final String text;
  private int at;

  private SeriesNotation(String text) {
    this.text = text;
  }

  /**
   * A value.
   *
   * @param omitted there is none
   * @param histogram null: a float
   */
  public record SequenceValue(boolean omitted, double value, FloatHistogram histogram) {
    static final SequenceValue NONE = new SequenceValue(true, 0, null);
  }

  /** A series and its values. */
  public record Series(Labels labels, List<SequenceValue> values) {}

  /** Parses a line. */
  public static Series parse(String line) {
    SeriesNotation notation = new SeriesNotation(line);
    Labels labels = notation.labels();
    return new Series(labels, notation.values());
  }

  private Labels labels() {
    Labels.Builder labels = Labels.EMPTY.change();
    int start = at;
    while (at < text.length() && text.charAt(at) != '{' && !isBlank(text.charAt(at))) {
      at++;
    }
    labels.set(Labels.METRIC_NAME, text.substring(start, at));
    skipBlanks();
    if (at < text.length() && text.charAt(at) == '{' && !text.startsWith("{{", at)) {
      at++;
      readPairs(labels);
    }
    return labels.build();
  }

  private void readPairs(Labels.Builder labels) {
    while (true) {
      skipBlanks();
      char c = text.charAt(at);
      if (c == '}') {
        at++;
        return;
      } else if (c == ',') {
        at++;
        continue;
      }
      boolean quoted = isQuote(c);
      String name = quoted ? quoted() : word();
      skipBlanks();
      if (text.charAt(at) != '=') {
        labels.set(Labels.METRIC_NAME, name);
        continue;
      }
      at++;
      skipBlanks();
      labels.set(name, quoted());
    }
  }

  private String word() {
    int start = at;
    while (Character.isLetterOrDigit(text.charAt(at))
        || text.charAt(at) == '_'
        || text.charAt(at) == ':') {
      at++;
    }
    if (at == start) {
      throw new IllegalArgumentException("no label name at " + at + " of " + text);
    }
    return text.substring(start, at);
  }

  private String quoted() {
    char quote = text.charAt(at++);
    StringBuilder out = new StringBuilder();
    while (text.charAt(at) != quote) {
      char c = text.charAt(at++);
      if (c != '\\' || quote == '`') {
        out.append(c);
        continue;
      }
      char escaped = text.charAt(at++);
      switch (escaped) {
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case 'u' -> {
          out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
          at += 4;
        }
        default -> out.append(escaped);
      }
    }
    at++;
    return out.toString();
  }

  private List<SequenceValue> values() {
    List<SequenceValue> values = new ArrayList<>();
    skipBlanks();
    while (at < text.length()) {
      if (text.charAt(at) == '_') {
        readBlanks(values);
      } else if (text.startsWith("{{", at)) {
        readHistograms(values);
      } else {
        readFloats(values);
      }
      skipBlanks();
    }
    return values;
  }

  private void readBlanks(List<SequenceValue> values) {
    int start = at;
    while (at < text.length() && !isBlank(text.charAt(at))) {
      at++;
    }
    String item = text.substring(start, at);
    int count = item.equals("_") ? 1 : Integer.parseInt(item.substring(2));
    for (int i = 0; i < count; i++) {
      values.add(SequenceValue.NONE);
    }
  }

  private void readFloats(List<SequenceValue> values) {
    Matcher matcher = next(FLOATS);
    double value = number(matcher.group(1));
    double step = matcher.group(2) == null ? 0 : number(matcher.group(2));
    int times = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
    for (int i = 0; i <= times; i++) {
      values.add(new SequenceValue(false, value, null));
      value = step == 0 ? value : value + step;
    }
  }

  /** A number with or without sign. */
  static double number(String number) {
    if (number.equalsIgnoreCase("stale")) {
      return STALE;
    }
    String lower = number.toLowerCase(Locale.ROOT);
    return lower.matches("[+-]?nan") ? Double.NaN : GoNumber.parse(lower);
  }

  private void readHistograms(List<SequenceValue> values) {
    Matcher matcher = next(HISTOGRAMS);
    FloatHistogram histogram = HistogramLiteral.parse(matcher.group(1));
    FloatHistogram step =
        matcher.group(3) == null ? null : HistogramLiteral.parse(matcher.group(3));
    int times = matcher.group(4) == null ? 0 : Integer.parseInt(matcher.group(4));
    try {
      for (int i = 0; i <= times; i++) {
        values.add(new SequenceValue(false, 0, histogram));
        if (step != null && i < times) {
          histogram = matcher.group(2).equals("+") ? histogram.add(step) : histogram.sub(step);
        }
      }
    } catch (IncompatibleSchemasException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private Matcher next(Pattern pattern) {
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      throw new IllegalArgumentException("no value at " + at + " of " + text);
    }
    at = matcher.end();
    if (at < text.length() && !isBlank(text.charAt(at))) {
      throw new IllegalArgumentException("unknown value at " + at + " of " + text);
    }
    return matcher;
  }

  private void skipBlanks() {
    while (at < text.length() && isBlank(text.charAt(at))) {
      at++;
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isQuote(char c) {
    return c == '"' || c == '\'' || c == '`';
  }
}
