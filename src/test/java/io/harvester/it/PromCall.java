// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A call of a function of schema {@code prom}, and the PromQL query that must give the same.
 *
 * @param number the first argument of functions that take a number or a time ahead; else empty
 * @param node the only node; empty: all
 * @param match the only value of the label that series differ by; empty: all
 * @param by labels of histogram_quantile; null: each series for itself
 */
record PromCall(
    String function,
    String number,
    String metric,
    int rangeMs,
    long start,
    long stop,
    int stepMs,
    String node,
    String match,
    List<String> by) {

  /** What is called with random arguments. */
  static final List<String> FUNCTIONS =
      List.of(
          "rate",
          "increase",
          "delta",
          "irate",
          "idelta",
          "resets",
          "changes",
          "deriv",
          "predict_linear",
          "quantile_over_time",
          "avg_over_time",
          "min_over_time",
          "max_over_time",
          "sum_over_time",
          "count_over_time",
          "last_over_time",
          "stddev_over_time",
          "latest",
          "histogram_quantile");

  private static final List<Integer> RANGES =
      List.of(20_000, 61_000, 120_000, 300_000, 450_000, 900_000, 3_600_000);
  private static final List<String> QUANTILES =
      List.of("-1", "0", "0.1", "0.5", "0.9", "0.99", "1", "1.5");

  /** A call with random arguments and a bounded number of points. */
  static PromCall random(String function, Random random, int points) {
    boolean latest = function.equals("latest");
    boolean quantile = function.equals("histogram_quantile");
    int step = latest ? 1 : List.of(1000, 7000, 15_000, 60_000, 300_000).get(random.nextInt(5));
    long start = PromSamples.BASE - 300_000 + random.nextInt((int) PromSamples.SPAN + 600_000);
    String number =
        switch (function) {
          case "quantile_over_time", "histogram_quantile" -> any(QUANTILES, random);
          case "predict_linear" -> any(List.of("0", "600", "86400"), random);
          default -> "";
        };
    List<String> metrics =
        quantile
            ? List.of("wait_seconds", "delay_seconds", "size_bytes")
            : List.of("events_total", "level");
    String metric = any(metrics, random);
    return new PromCall(
        function,
        number,
        metric,
        latest ? 300_000 : any(RANGES, random),
        start,
        latest ? start : start + (long) step * random.nextInt(points),
        step,
        any(List.of("", "a", "b"), random),
        random.nextBoolean() ? "" : any(values(metric), random),
        quantile && random.nextInt(3) > 0 ? by(random) : null);
  }

  private static <T> T any(List<T> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static List<String> values(String metric) {
    return switch (metric) {
      case "events_total" -> PromSamples.COUNTERS;
      case "level" -> PromSamples.GAUGES;
      default -> PromHistograms.HANDLERS;
    };
  }

  private static List<String> by(Random random) {
    List<String> by = new ArrayList<>(List.of("node", "handler"));
    by.removeIf(label -> random.nextBoolean());
    return by;
  }

  private String label() {
    return number.isEmpty() || !function.startsWith("histogram") ? "kind" : "handler";
  }

  String sql() {
    List<String> arguments = new ArrayList<>();
    if (function.contains("quantile")) {
      arguments.add("q => '" + number + "'");
    }
    arguments.add("metric => '" + metric + "'");
    if (function.equals("predict_linear")) {
      arguments.add("ahead => '" + number + " s'");
    }
    if (function.equals("latest")) {
      arguments.add("at => '" + Instant.ofEpochMilli(start) + "'");
    } else {
      arguments.add("range => '" + rangeMs + " ms'");
      arguments.add("start => '" + Instant.ofEpochMilli(start) + "'");
      arguments.add("stop => '" + Instant.ofEpochMilli(stop) + "'");
      arguments.add("step => '" + stepMs + " ms'");
    }
    if (!node.isEmpty()) {
      arguments.add("nodes => '{" + node + "}'");
    }
    if (!match.isEmpty()) {
      arguments.add("match => '{\"" + label() + "\": \"" + match + "\"}'");
    }
    if (by != null) {
      arguments.add("by => '{" + String.join(",", by) + "}'");
    }
    return "prom." + function + "(" + String.join(", ", arguments) + ")";
  }

  String promQl() {
    List<String> matchers = new ArrayList<>();
    if (!node.isEmpty()) {
      matchers.add("node=\"" + node + "\"");
    }
    if (!match.isEmpty()) {
      matchers.add(label() + "=\"" + match + "\"");
    }
    String bucket = metric.equals("wait_seconds") ? "_bucket" : "";
    String selector = metric + bucket + "{" + String.join(",", matchers) + "}";
    String window = selector + "[" + rangeMs + "ms]";
    return switch (function) {
      case "latest" -> selector;
      case "quantile_over_time" -> function + "(" + number + "," + window + ")";
      case "predict_linear" -> function + "(" + window + "," + number + ")";
      case "histogram_quantile" -> function + "(" + number + "," + grouped(window, bucket) + ")";
      default -> function + "(" + window + ")";
    };
  }

  private String grouped(String window, String bucket) {
    if (by == null) {
      return "rate(" + window + ")";
    }
    List<String> labels = new ArrayList<>(by);
    if (!bucket.isEmpty()) {
      labels.add("le");
    }
    return "sum by (" + String.join(",", labels) + ") (rate(" + window + "))";
  }
}
