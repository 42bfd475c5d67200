// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Compares two answers of the query API: numbers to a relative difference of 1e-9. */
final class AnswerDifference {
  private static final double TOLERANCE = 1e-9;

  private AnswerDifference() {}

  /** What differs first; empty: nothing. */
  static Optional<String> between(JsonObject expected, JsonObject actual) {
    if (!same(expected, actual, "status") || !same(expected, actual, "errorType")) {
      return Optional.of(head(expected) + " expected, got " + head(actual));
    }
    if (!expected.containsKey("data")) {
      return Optional.empty();
    }
    JsonObject left = expected.getJsonObject("data");
    JsonObject right = actual.getJsonObject("data");
    if (!same(left, right, "resultType")) {
      return Optional.of("another type: " + right.getString("resultType"));
    }
    if (!left.getString("resultType").matches("vector|matrix")) {
      return numbers("", left.getJsonArray("result"), right.getJsonArray("result"));
    }
    return series(bySeries(left), bySeries(right));
  }

  private static boolean same(JsonObject left, JsonObject right, String key) {
    return String.valueOf(left.getValue(key)).equals(String.valueOf(right.getValue(key)));
  }

  private static String head(JsonObject answer) {
    return answer.containsKey("error") ? answer.getString("error") : answer.getString("status");
  }

  private static Map<String, JsonObject> bySeries(JsonObject data) {
    Map<String, JsonObject> series = new TreeMap<>();
    for (Object each : data.getJsonArray("result")) {
      JsonObject one = (JsonObject) each;
      series.put(new TreeMap<>(one.getJsonObject("metric").getMap()).toString(), one);
    }
    return series;
  }

  private static Optional<String> series(
      Map<String, JsonObject> expected, Map<String, JsonObject> actual) {
    if (!expected.keySet().equals(actual.keySet())) {
      return Optional.of("series " + expected.keySet() + " expected, got " + actual.keySet());
    }
    for (Map.Entry<String, JsonObject> entry : expected.entrySet()) {
      Optional<String> difference =
          anything(entry.getKey(), entry.getValue(), actual.get(entry.getKey()));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> anything(String where, Object expected, Object actual) {
    if (expected instanceof JsonObject left && actual instanceof JsonObject right) {
      if (!left.fieldNames().equals(right.fieldNames())) {
        return Optional.of(where + ": " + left.fieldNames() + " and " + right.fieldNames());
      }
      return left.fieldNames().stream()
          .map(name -> anything(where + "." + name, left.getValue(name), right.getValue(name)))
          .flatMap(Optional::stream)
          .findFirst();
    }
    if (expected instanceof JsonArray left && actual instanceof JsonArray right) {
      return numbers(where, left, right);
    }
    return close(expected, actual)
        ? Optional.empty()
        : Optional.of(where + ": " + expected + " expected, got " + actual);
  }

  private static Optional<String> numbers(String where, JsonArray expected, JsonArray actual) {
    if (expected.size() != actual.size()) {
      return Optional.of(where + ": " + expected.size() + " expected, got " + actual.size());
    }
    for (int i = 0; i < expected.size(); i++) {
      Optional<String> difference =
          anything(where + "[" + i + "]", expected.getValue(i), actual.getValue(i));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private static boolean close(Object expected, Object actual) {
    String left = String.valueOf(expected);
    String right = String.valueOf(actual);
    if (left.equals(right)) {
      return true;
    }
    try {
      double a = PromAnswers.value(left);
      double b = PromAnswers.value(right);
      return a == b
          || Math.abs(a - b) <= TOLERANCE * Math.max(1e-300, Math.max(Math.abs(a), Math.abs(b)));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
