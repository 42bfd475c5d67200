// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The SQL functions on histograms, against what Prometheus answered on the same histograms: {@code
 * histogram_functions.csv}, made by {@link PrometheusTable}. Sent, stored and read back through the
 * view, so the storage is under test, too.
 */
class HistogramFunctionsIT {
  private static final double TOLERANCE = 1e-9;

  private record Expected(String histogram, String function, String argument, String answer) {}

  @EachTier
  void agree_with_prometheus(TestDatabase db) throws Exception {
    List<Expected> table = expected();
    assertEquals(416, table.size());
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      ExtraMessage message = new ExtraMessage();
      long now = System.currentTimeMillis();
      HistogramCases.all()
          .forEach(
              (name, histogram) ->
                  message
                      .series("cases", "case", name)
                      .addHistograms(histogram.toBuilder().setTimestamp(now)));
      message.sendTo(aggregator).mustBeStored();
      Eventually.until(
          "the view of the metric",
          () -> db.value("SELECT to_regclass('metric_histogram.cases')") != null);
      List<String> wrong = new ArrayList<>();
      for (Expected row : table) {
        check(db, row, wrong);
      }
      assertTrue(wrong.isEmpty(), () -> wrong.size() + ": " + String.join("\n", wrong));
    }
  }

  private static void check(TestDatabase db, Expected row, List<String> wrong) throws SQLException {
    String from = " FROM metric_histogram.cases WHERE \"case\" = '%s'".formatted(row.histogram());
    if (row.function().equals("buckets")) {
      String buckets =
          (String)
              db.value(
                  "SELECT (SELECT string_agg(lower || ' ' || upper || ' ' || count, ';')"
                      + " FROM harvester.histogram_buckets(histogram))"
                      + from);
      compare(row, row.answer().split("[; ]"), buckets.split("[; ]"), wrong);
      return;
    }
    String argument = row.argument().isEmpty() ? "" : "'" + row.argument() + "', ";
    Object answer =
        db.value(
            "SELECT harvester.histogram_" + row.function() + "(" + argument + "histogram)" + from);
    compare(row, new String[] {right(row)}, new String[] {String.valueOf(answer)}, wrong);
  }

  /**
   * What Prometheus should answer. Where NaN was observed, its {@code HistogramQuantile} (3.5.3,
   * and still in 3.9) counts the buckets beyond the one that it found, and then interpolates in the
   * last of them.
   */
  private static String right(Expected row) {
    if (row.histogram().equals("observations_of_nan") && row.function().equals("quantile")) {
      double rank = Double.parseDouble(row.argument()) * 10;
      if (rank >= 0 && rank <= 5) { // two observations in (0.5, 1], three in (1, 2]
        return Math.pow(2, rank <= 2 ? rank / 2 - 1 : (rank - 2) / 3) + "";
      }
    }
    return row.answer();
  }

  private static void compare(Expected row, String[] expected, String[] found, List<String> wrong) {
    boolean same = expected.length == found.length;
    for (int i = 0; same && i < expected.length; i++) {
      same = isClose(number(expected[i]), number(found[i]));
    }
    if (!same) {
      wrong.add(row + ", found " + String.join(" ", found));
    }
  }

  private static double number(String text) {
    return Double.parseDouble(text.replace("Inf", "Infinity").replace("Infinityinity", "Infinity"));
  }

  private static boolean isClose(double a, double b) {
    // Below the normal numbers a float64 has fewer digits than the tolerance asks for.
    return Double.compare(a, b) == 0
        || Math.abs(a - b) <= Math.max(TOLERANCE * Math.abs(a), 2 * Double.MIN_VALUE);
  }

  private static List<Expected> expected() throws IOException {
    try (BufferedReader csv =
        new BufferedReader(
            new InputStreamReader(
                HistogramFunctionsIT.class.getResourceAsStream("histogram_functions.csv"),
                StandardCharsets.UTF_8))) {
      return csv.lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(",", 4))
          .map(cell -> new Expected(cell[0], cell[1], cell[2], cell[3]))
          .toList();
    }
  }
}
