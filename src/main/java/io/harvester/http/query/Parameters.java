// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.harvester.query.parser.PromqlParser;
import io.harvester.query.promql.PromqlException;
import io.harvester.query.text.GoText;
import io.harvester.read.Matcher;
import io.vertx.core.MultiMap;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** The parameters of a request, parsed as Prometheus does (web/api/v1/api.go). */
final class Parameters {
  /** Timestamps beyond these are not distinguished from them. */
  private static final double MAX_SECONDS = 9e15;

  private static final Pattern DURATION =
      Pattern.compile(
          "(?:(\\d+)y)?(?:(\\d+)w)?(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
  private static final long[] UNIT_MILLIS = {
    365 * 86_400_000L, 7 * 86_400_000L, 86_400_000L, 3_600_000L, 60_000L, 1_000L, 1L
  };

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?|[+-]?(?i:inf|infinity|nan)");

  private final MultiMap values;

  Parameters(MultiMap values) {
    this.values = values;
  }

  /** The first value; "" if there is none. */
  String text(String name) {
    String value = values.get(name);
    return value == null ? "" : value;
  }

  List<String> all(String name) {
    return values.getAll(name);
  }

  /** A number of results; 0: no limit. */
  int limit() throws ApiException {
    String text = text("limit");
    if (text.isEmpty()) {
      return 0;
    }
    int limit = integer("limit", text);
    if (limit < 0) {
      throw ApiException.invalidParameter("limit", "limit must be non-negative");
    }
    return limit;
  }

  private static int integer(String name, String text) throws ApiException {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw ApiException.invalidParameter(
          name, "strconv.Atoi: parsing " + GoText.quote(text) + ": invalid syntax");
    }
  }

  /** A number that may be left out; -1: no limit. */
  int count(String name) throws ApiException {
    String text = text(name);
    try {
      return text.isEmpty() ? -1 : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw ApiException.badData(name + " must be a number");
    }
  }

  /** A time in ms since the epoch. */
  long time(String name) throws ApiException {
    return time(name, text(name), "");
  }

  /** A time that may be left out. */
  long time(String name, long otherwise) throws ApiException {
    String text = text(name);
    return text.isEmpty() ? otherwise : time(name, text, "invalid time value for '" + name + "': ");
  }

  private static long time(String name, String text, String prefix) throws ApiException {
    OptionalDouble seconds = number(text);
    if (seconds.isPresent() && Double.isFinite(seconds.getAsDouble())) {
      double bounded = Math.max(-MAX_SECONDS, Math.min(MAX_SECONDS, seconds.getAsDouble()));
      double whole = bounded < 0 ? Math.ceil(bounded) : Math.floor(bounded);
      return ((long) whole) * 1000 + Math.round((bounded - whole) * 1000);
    }
    try {
      Instant instant = OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant();
      return instant.toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw ApiException.invalidParameter(
          name, prefix + "cannot parse " + GoText.quote(text) + " to a valid timestamp");
    }
  }

  /** A duration in ms. */
  long duration(String name) throws ApiException {
    String text = text(name);
    OptionalDouble seconds = number(text);
    if (seconds.isPresent() && !Double.isNaN(seconds.getAsDouble())) {
      double nanos = seconds.getAsDouble() * 1e9;
      if (nanos > Long.MAX_VALUE || nanos < Long.MIN_VALUE) {
        throw ApiException.invalidParameter(
            name,
            "cannot parse " + GoText.quote(text) + " to a valid duration. It overflows int64");
      }
      return (long) (nanos / 1e6);
    }
    java.util.regex.Matcher units = DURATION.matcher(text);
    if (text.equals("0")) {
      return 0;
    }
    if (text.isEmpty() || !units.matches()) {
      throw ApiException.invalidParameter(
          name, "cannot parse " + GoText.quote(text) + " to a valid duration");
    }
    BigDecimal millis = BigDecimal.ZERO;
    for (int unit = 0; unit < UNIT_MILLIS.length; unit++) {
      String count = units.group(unit + 1);
      if (count != null) {
        millis = millis.add(new BigDecimal(count).multiply(BigDecimal.valueOf(UNIT_MILLIS[unit])));
      }
    }
    if (millis.compareTo(BigDecimal.valueOf(Long.MAX_VALUE / 1_000_000)) > 0) {
      throw ApiException.invalidParameter(
          name, "cannot parse " + GoText.quote(text) + " to a valid duration");
    }
    return millis.longValue();
  }

  private static OptionalDouble number(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return OptionalDouble.empty();
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.endsWith("nan")) {
      return OptionalDouble.of(Double.NaN);
    }
    if (lower.contains("inf")) {
      return OptionalDouble.of(
          lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    return OptionalDouble.of(Double.parseDouble(text));
  }

  /** The selectors in {@code match[]}; empty: none is given. */
  List<List<Matcher>> matchers() throws ApiException {
    List<List<Matcher>> sets = new ArrayList<>();
    for (String selector : all("match[]")) {
      List<Matcher> matchers;
      try {
        matchers = PromqlParser.matchers(selector);
      } catch (PromqlException e) {
        throw ApiException.badData(e.getMessage());
      }
      if (matchers.stream().allMatch(matcher -> matcher.matches(""))) {
        throw ApiException.badData("match[] must contain at least one non-empty matcher");
      }
      sets.add(matchers);
    }
    return sets;
  }
}
