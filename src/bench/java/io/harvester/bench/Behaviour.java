package io.harvester.bench;

/**
 * How the values of one series move from scrape to scrape.
 *
 * @param kind constant, counter or gauge
 * @param quantum resolution of the values
 * @param level the constant, a counter's increase per second, or a gauge's mean
 * @param spread how far a gauge wanders
 * @param active share of the series that change at all
 */
record Behaviour(Kind kind, double quantum, double level, double spread, double active) {
  enum Kind {
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
      default -> throw new IllegalArgumentException("no such behaviour: " + text);
    };
  }

  static Behaviour constant(double value) {
    return new Behaviour(Kind.CONSTANT, 1, value, 0, 0);
  }

  private static double number(String[] word, int index) {
    return Double.parseDouble(word[index]);
  }
}
