// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

/**
 * How the value of a simulated series changes from scrape to scrape.
 *
 * @param kind constant, counter or gauge
 * @param quantum resolution of the values
 * @param level the constant, a counter's average increase per second, or a gauge's mean
 * @param spread amplitude of a gauge around its mean
 * @param active share of the series, 0 to 1, whose value changes at all
 */
public record Behaviour(Kind kind, double quantum, double level, double spread, double active) {
  /** Kind of a series. */
  public enum Kind {
    CONSTANT,
    COUNTER,
    GAUGE
  }

  /** Reads {@code = 1}, {@code + 0.01 0.2 0.75} or {@code ~ 1 45 4 1}; see node_exporter.txt. */
  static Behaviour parse(String text) {
    String[] word = text.trim().split(" +");
    return switch (word[0]) {
      case "=" -> constant(Double.parseDouble(word[1]));
      case "+" -> new Behaviour(Kind.COUNTER, number(word, 1), number(word, 2), 0, number(word, 3));
      case "~" ->
          new Behaviour(
              Kind.GAUGE, number(word, 1), number(word, 2), number(word, 3), number(word, 4));
      default -> throw new IllegalArgumentException("unknown behaviour: " + text);
    };
  }

  static Behaviour constant(double value) {
    return new Behaviour(Kind.CONSTANT, 1, value, 0, 0);
  }

  private static double number(String[] word, int index) {
    return Double.parseDouble(word[index]);
  }
}
