// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

import io.harvester.wire.NativeHistogram;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the notation of series descriptions: {@code {{schema:1 sum:3 count:2 buckets:[1 1]}}}. */
public final class HistogramLiteral {
  private static final Pattern KEY = Pattern.compile("([A-Za-z_]+):");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_]+");
  private static final Pattern SPACE = Pattern.compile("[ \\t\\r\\n]+");
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");
  private static final Pattern NUMBER =
      Pattern.compile(
          "([+-]?)(0[xX][0-9a-fA-F]+|(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
              + "|(?i:inf|nan))");

  private static final double[] NONE = {};

  /** A word before a colon. */
  private enum Key {
    SCHEMA,
    SUM,
    COUNT,
    Z_BUCKET,
    Z_BUCKET_W,
    CUSTOM_VALUES,
    BUCKETS,
    OFFSET,
    N_BUCKETS,
    N_OFFSET,
    COUNTER_RESET_HINT
  }

  private final String text;
  private final Set<Key> keys = EnumSet.noneOf(Key.class);
  private int position;
  private CounterReset hint = CounterReset.UNKNOWN;
  private int schema;
  private double sum;
  private double count;
  private double zeroCount;
  private double zeroThreshold;
  private double[] customValues = NONE;
  private double[] positive = NONE;
  private double[] negative = NONE;
  private int positiveOffset;
  private int negativeOffset;

  private HistogramLiteral(String text) {
    this.text = text;
  }

  /**
   * Parses a histogram.
   *
   * @param text the notation, with its braces
   * @throws IllegalArgumentException if it is malformed
   */
  public static FloatHistogram parse(String text) {
    return new HistogramLiteral(text).parse();
  }

  private FloatHistogram parse() {
    expect("{{");
    skipSpace();
    while (!text.startsWith("}}", position)) {
      item();
      if (!skipSpace() && !text.startsWith("}}", position)) {
        throw malformed("a space or }}");
      }
    }
    expect("}}");
    if (position < text.length()) {
      throw malformed("the end");
    }
    return new FloatHistogram(
        hint,
        schema,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        Side.of(positiveOffset, positive),
        Side.of(negativeOffset, negative),
        schema == NativeHistogram.CUSTOM ? customValues : NONE);
  }

  private void item() {
    int start = position;
    String name = match(KEY, "histogram description key, e.g. buckets:[5 10 7]").group(1);
    Key key;
    try {
      key = Key.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      position = start;
      throw new IllegalArgumentException(
          malformed("histogram description key, e.g. buckets:[5 10 7]").getMessage(), e);
    }
    if (!keys.add(key)) {
      throw new IllegalArgumentException("duplicate key \"" + name + "\" in histogram");
    }
    switch (key) {
      case SCHEMA -> schema = integer();
      case SUM -> sum = number();
      case COUNT -> count = number();
      case Z_BUCKET -> zeroCount = number();
      case Z_BUCKET_W -> zeroThreshold = number();
      case CUSTOM_VALUES -> customValues = numbers();
      case BUCKETS -> positive = numbers();
      case OFFSET -> positiveOffset = integer();
      case N_BUCKETS -> negative = numbers();
      case N_OFFSET -> negativeOffset = integer();
      case COUNTER_RESET_HINT -> hint = hint();
    }
  }

  private CounterReset hint() {
    String word = match(WORD, "unknown, reset, not_reset or gauge").group();
    return Arrays.stream(CounterReset.values())
        .filter(known -> known.word().equals(word.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> malformed("unknown, reset, not_reset or gauge before this"));
  }

  private int integer() {
    return Integer.parseInt(match(INTEGER, "an integer").group());
  }

  private double number() {
    Matcher number = match(NUMBER, "a number");
    String magnitude = number.group(2).toLowerCase(Locale.ROOT);
    double value =
        switch (magnitude) {
          case "inf" -> Double.POSITIVE_INFINITY;
          case "nan" -> Double.NaN;
          default ->
              magnitude.startsWith("0x") ? Long.decode(magnitude) : Double.parseDouble(magnitude);
        };
    return number.group(1).equals("-") ? -value : value;
  }

  private double[] numbers() {
    expect("[");
    double[] values = {number()};
    while (skipSpace() && !text.startsWith("]", position)) {
      values = Arrays.copyOf(values, values.length + 1);
      values[values.length - 1] = number();
    }
    expect("]");
    return values;
  }

  private boolean skipSpace() {
    Matcher space = SPACE.matcher(text).region(position, text.length());
    if (space.lookingAt()) {
      position = space.end();
      return true;
    }
    return false;
  }

  private Matcher match(Pattern pattern, String expected) {
    Matcher matcher = pattern.matcher(text).region(position, text.length());
    if (!matcher.lookingAt()) {
      throw malformed(expected);
    }
    position = matcher.end();
    return matcher;
  }

  private void expect(String part) {
    if (!text.startsWith(part, position)) {
      throw malformed(part);
    }
    position += part.length();
  }

  private IllegalArgumentException malformed(String expected) {
    return new IllegalArgumentException(
        "histogram " + text + ": at " + position + ": expected " + expected);
  }
}
