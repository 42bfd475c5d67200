// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import java.util.List;
import java.util.Random;

/**
 * Random expressions of PromQL on the metrics of {@link PromSamples} and {@link PromHistograms}:
 * every function, aggregation and operator, most of them well typed. Equal seeds give equal
 * expressions.
 */
final class RandomExpressions {
  private static final List<String> FLOATS =
      List.of("events_total", "level", "wait_seconds_bucket");
  private static final List<String> HISTOGRAMS = List.of("delay_seconds", "size_bytes");
  private static final List<String> LABELS = List.of("node", "kind", "handler", "le", "none");
  private static final List<String> RANGES =
      List.of("1m", "90s", "2m", "5m", "5m", "10m", "15m", "1h", "15s", "1");

  private static final List<String> OF_VECTOR =
      words(
          "abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad"
              + " sgn sin sinh sort sort_desc sqrt tan tanh timestamp round histogram_avg"
              + " histogram_count histogram_sum histogram_stddev histogram_stdvar");
  private static final List<String> OF_TIMESTAMP =
      words("day_of_month day_of_week day_of_year days_in_month hour minute month year");
  private static final List<String> OF_RANGE =
      words(
          "absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate"
              + " last_over_time max_over_time min_over_time present_over_time rate resets"
              + " stddev_over_time stdvar_over_time sum_over_time mad_over_time ts_of_last_over_time"
              + " ts_of_max_over_time ts_of_min_over_time rate rate increase");
  private static final List<String> AGGREGATIONS =
      words("sum avg count min max stddev stdvar group sum sum avg");
  private static final List<String> ARITHMETIC = words("+ - * / % ^ atan2");
  private static final List<String> COMPARISON = words("== != > < >= <=");
  private static final List<String> NUMBERS =
      List.of(
          "0", "1", "-1", "0.5", "2", "3.7", "100", "1e9", "-0.25", "NaN", "Inf", "-Inf", "1e-9");

  private final Random random;

  RandomExpressions(long seed) {
    random = new Random(seed);
  }

  private static List<String> words(String text) {
    return List.of(text.split(" "));
  }

  private <T> T pick(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  /** The next expression. */
  String next() {
    return chance(25) ? scalar(2) : vector(1 + random.nextInt(3));
  }

  private String vector(int depth) {
    if (depth <= 0) {
      return selector();
    }
    return switch (random.nextInt(15)) {
      case 0 -> selector();
      case 1, 2 -> ofVector(depth);
      case 3, 4, 5 -> ofRange(depth);
      case 6, 7 -> aggregation(depth);
      case 8, 9 -> binary(depth);
      case 10 -> withScalar(depth);
      case 11 -> labels(depth);
      case 12 -> quantile(depth);
      case 13 -> chance(2) ? "-" + vector(depth - 1) : "(" + vector(depth - 1) + ")";
      default -> chance(4) ? "vector(" + scalar(depth - 1) + ")" : clamp(depth);
    };
  }

  private String scalar(int depth) {
    return switch (depth <= 0 ? 0 : random.nextInt(6)) {
      case 1 -> "scalar(" + vector(depth - 1) + ")";
      case 2 -> chance(2) ? "time()" : "pi()";
      case 3 -> "(" + scalar(depth - 1) + " " + pick(ARITHMETIC) + " " + scalar(depth - 1) + ")";
      case 4 -> scalar(depth - 1) + " " + pick(COMPARISON) + " bool " + scalar(depth - 1);
      default -> pick(NUMBERS);
    };
  }

  private String selector() {
    return matchers() + modifier();
  }

  private String matchers() {
    int kind = random.nextInt(10);
    String metric = kind < 3 ? pick(HISTOGRAMS) : pick(FLOATS);
    if (chance(40)) {
      metric = "{__name__=~\"" + metric.charAt(0) + ".*\"}";
      return metric;
    }
    if (chance(3)) {
      return metric;
    }
    String label = metric.equals("events_total") || metric.equals("level") ? "kind" : "handler";
    List<String> values =
        label.equals("handler")
            ? PromHistograms.HANDLERS
            : metric.equals("level") ? PromSamples.GAUGES : PromSamples.COUNTERS;
    String value = pick(values);
    String matcher =
        switch (random.nextInt(6)) {
          case 0 -> label + "=~\"" + value.substring(0, 2) + ".*\"";
          case 1 -> label + "!~\"" + value + "|" + pick(values) + "\"";
          case 2 -> label + "!=\"" + value + "\"";
          default -> label + "=\"" + value + "\"";
        };
    return metric + "{" + matcher + (chance(3) ? ",node=\"a\"" : "") + "}";
  }

  private String modifier() {
    String at =
        switch (random.nextInt(30)) {
          case 0 -> " @ start()";
          case 1 -> " @ end()";
          case 2 -> " @ " + (PromSamples.BASE / 1000 + random.nextInt(5400));
          default -> "";
        };
    String offset =
        switch (random.nextInt(20)) {
          case 0 -> " offset 5m";
          case 1 -> " offset -2m";
          case 2 -> " offset 37s";
          default -> "";
        };
    return at + offset;
  }

  private String range(int depth) {
    if (chance(4)) {
      String step = pick(List.of("", "1m", "30s", "7s", "2m"));
      return wrapped(vector(depth - 1)) + "[" + pick(RANGES) + ":" + step + "]" + modifier();
    }
    return matchers() + "[" + pick(RANGES) + "]" + modifier();
  }

  /** Subqueries bind closer than every operator. */
  private static String wrapped(String expression) {
    return "(" + expression + ")";
  }

  private String ofVector(int depth) {
    if (chance(8)) {
      // Go leaves open what becomes of a float that is too large for a date.
      return pick(OF_TIMESTAMP) + "(" + (chance(4) ? "" : "timestamp(" + selector() + ")") + ")";
    }
    String function = pick(OF_VECTOR);
    if (function.equals("round") && chance(2)) {
      return "round(" + vector(depth - 1) + ", " + scalar(0) + ")";
    }
    return function + "(" + vector(depth - 1) + ")";
  }

  private String ofRange(int depth) {
    return switch (random.nextInt(14)) {
      case 0 -> "predict_linear(" + range(depth) + ", " + scalar(depth - 1) + ")";
      case 1 -> "quantile_over_time(" + scalar(depth - 1) + ", " + range(depth) + ")";
      case 2 -> "double_exponential_smoothing(" + range(depth) + ", 0.3, 0.6)";
      default -> pick(OF_RANGE) + "(" + range(depth) + ")";
    };
  }

  private String grouping() {
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> " without (" + pick(LABELS) + ")";
      case 2 -> " by (" + pick(LABELS) + ", " + pick(LABELS) + ")";
      default -> " by (" + pick(LABELS) + ")";
    };
  }

  private String aggregation(int depth) {
    String inner = vector(depth - 1);
    return switch (random.nextInt(12)) {
      case 0, 1 -> chosen(inner);
      case 2 -> "quantile" + grouping() + " (" + scalar(1) + ", " + inner + ")";
      case 3 -> "count_values" + grouping() + " (\"v\", " + selector() + ")";
      case 4 -> "count (limitk" + grouping() + " (" + random.nextInt(5) + ", " + inner + "))";
      case 5 ->
          "limit_ratio"
              + grouping()
              + " ("
              + pick(List.of("0.5", "-0.3", "1", "0"))
              + ", "
              + inner
              + ")";
      default -> pick(AGGREGATIONS) + grouping() + " (" + inner + ")";
    };
  }

  /** Which of equal series are chosen depends on the order in which a server came to know them. */
  private String chosen(String inner) {
    String choice = pick(words("topk bottomk")) + grouping();
    return pick(words("min max count group"))
        + " ("
        + choice
        + " ("
        + random.nextInt(5)
        + ", "
        + inner
        + "))";
  }

  private String binary(int depth) {
    String left = operand(depth - 1);
    String right = chance(3) ? left : operand(depth - 1);
    if (chance(4)) {
      String match = chance(2) ? "" : " on (" + pick(LABELS) + ")";
      return left + " " + pick(words("and or unless")) + match + " " + right;
    }
    boolean compares = chance(3);
    String operator = compares ? pick(COMPARISON) + (chance(2) ? " bool" : "") : pick(ARITHMETIC);
    String match =
        switch (random.nextInt(7)) {
          case 0 -> " on (" + pick(LABELS) + ")";
          case 1 -> " ignoring (" + pick(LABELS) + ")";
          case 2 -> " on (node, kind, handler) group_left";
          case 3 -> " on (node) group_left (" + pick(List.of("none", "kind")) + ")";
          case 4 -> " ignoring (le) group_right";
          default -> "";
        };
    if (match.contains("(node) group")) {
      right = "sum by (node" + (chance(2) ? ", kind" : "") + ") (" + right + ")";
    }
    return left + " " + operator + match + " " + right;
  }

  private String operand(int depth) {
    return wrapped(vector(depth));
  }

  private String withScalar(int depth) {
    String operator = chance(2) ? pick(ARITHMETIC) : pick(COMPARISON) + (chance(2) ? " bool" : "");
    String vector = operand(depth - 1);
    String scalar = wrapped(scalar(depth - 1));
    return chance(2)
        ? vector + " " + operator + " " + scalar
        : scalar + " " + operator + " " + vector;
  }

  private String labels(int depth) {
    String inner = vector(depth - 1);
    return switch (random.nextInt(5)) {
      case 0 -> "label_join(" + inner + ", \"joined\", \"-\", \"node\", \"kind\")";
      case 1 -> "sort_by_label(" + inner + ", \"" + pick(LABELS) + "\")";
      case 2 -> "sort_by_label_desc(" + inner + ", \"" + pick(LABELS) + "\")";
      default ->
          "label_replace("
              + inner
              + ", \""
              + pick(List.of("new", "kind", "node"))
              + "\", \""
              + pick(List.of("$1", "x-${1}", "", "$$1"))
              + "\", \""
              + pick(LABELS)
              + "\", \""
              + pick(List.of("(.*)", "(.).*", "r(.*)", "a"))
              + "\")";
    };
  }

  private String quantile(int depth) {
    String buckets =
        switch (random.nextInt(4)) {
          case 0 -> "sum by (node, le) (rate(wait_seconds_bucket[5m]))";
          case 1 -> "wait_seconds_bucket" + modifier();
          case 2 -> "rate(" + pick(HISTOGRAMS) + "[" + pick(RANGES) + "])";
          default -> depth > 1 ? vector(depth - 1) : pick(HISTOGRAMS) + modifier();
        };
    return chance(3)
        ? "histogram_fraction(" + pick(NUMBERS) + ", " + pick(NUMBERS) + ", " + buckets + ")"
        : "histogram_quantile(" + scalar(1) + ", " + buckets + ")";
  }

  private String clamp(int depth) {
    String inner = vector(depth - 1);
    return switch (random.nextInt(3)) {
      case 0 -> "clamp_min(" + inner + ", " + scalar(depth - 1) + ")";
      case 1 -> "clamp_max(" + inner + ", " + scalar(depth - 1) + ")";
      default -> "clamp(" + inner + ", " + scalar(0) + ", " + scalar(0) + ")";
    };
  }
}
