// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.harvester.TestAggregator;
import io.harvester.postgres.rollup.Rollups;
import io.harvester.testing.ClosedChunks;
import io.harvester.testing.Message;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Three hours of samples of every kind, and maintenance that rolls them up. */
final class RollupCase {
  static final long HOUR = 3_600_000;
  static final int STEP = 60_000;
  static final int MINUTES = 180;
  private static final int SERIES = 40;

  private static final List<String> FUNCTIONS =
      List.of(
          "rate",
          "increase",
          "delta",
          "avg_over_time",
          "sum_over_time",
          "min_over_time",
          "max_over_time",
          "count_over_time",
          "last_over_time");

  /** Range and step. */
  private static final Map<String, List<String>> WINDOWS =
      Map.of(
          "5m 5m", List.of("5 min", "5 min"),
          "15m 30m", List.of("15 min", "30 min"),
          "1h 1h", List.of("1 h", "1 h"),
          "2h 1h", List.of("2 h", "1 h"));

  private static final Rollups ROLLUPS =
      new Rollups(Duration.ofDays(365), Duration.ofDays(90), Duration.ofDays(365));

  private static final long[] SPECIAL = {
    Message.STALE,
    0x7ff8000000000001L,
    0xfff8000000000abcL,
    Double.doubleToRawLongBits(Double.POSITIVE_INFINITY),
    Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY),
    Double.doubleToRawLongBits(-0.0),
    Double.doubleToRawLongBits(Double.MIN_VALUE),
    Double.doubleToRawLongBits(1e9)
  };

  /** A chunk or partition begins there. */
  final long start = System.currentTimeMillis() / (2 * HOUR) * 2 * HOUR - 6 * HOUR;

  final TestDatabase db;
  final Random random = new Random(12);
  final ClosedChunks chunks;
  private final Duration chunk;

  RollupCase(TestDatabase db) {
    this(db, Duration.ofHours(db.tier() == TestTier.COLUMNAR ? 2 : 1));
  }

  RollupCase(TestDatabase db, Duration chunk) {
    this.db = db;
    this.chunk = chunk;
    this.chunks = new ClosedChunks(db, chunk, ROLLUPS);
  }

  /** Its maintenance neither packs nor merges: only the test does. */
  TestAggregator aggregator() throws Exception {
    return TestAggregator.start(
        db, "--pack-after=365d", "--merge-interval=0", "--chunk-interval=" + chunk.toMinutes() + "m");
  }

  /** A scrape of one node. */
  record Scrape(String node, long time) {}

  /** All scrapes of two nodes; those of n1 are at full minutes, and so on the borders of hours. */
  List<Scrape> scrapes() {
    List<Scrape> all = new ArrayList<>();
    for (int minute = 0; minute <= MINUTES; minute++) {
      all.add(new Scrape("n1", start + (long) minute * STEP));
      all.add(new Scrape("n2", start + (long) minute * STEP + 250));
    }
    return all;
  }

  void send(TestAggregator aggregator, Scrape scrape) {
    List<Message.Series> all = new ArrayList<>();
    for (int i = 0; i < SERIES; i++) {
      long minute = (scrape.time - start) / STEP;
      boolean gap = i % 8 == 6 ? minute % 7 > 0 : i % 8 == 7 && minute < 45;
      if (!gap) {
        long time = i % 8 == 5 ? scrape.time + i : scrape.time;
        all.add(
            series("m" + i % 5, "node", scrape.node, "i", "" + i)
                .with(bitsAt(time, bits(scrape.node, i, minute))));
      }
    }
    aggregator.send(new Message(all), Message.Version.V2).mustBeStored();
  }

  /** The value of a series at a time, always the same. */
  private static long bits(String node, int i, long minute) {
    long mixed = (node.hashCode() * 31L + i) * 1_000_003 + minute * 7919;
    double value =
        switch (i % 8) {
          case 0 -> i;
          case 1, 5 -> minute * 12.25 + i;
          case 2 -> minute % 23 * 7.1;
          case 4 ->
              mixed % 5 == 0
                  ? Double.longBitsToDouble(SPECIAL[Math.floorMod(mixed, SPECIAL.length)])
                  : mixed % 100 / 8.0;
          default -> Math.sin(mixed) * 1e5;
        };
    return Double.doubleToRawLongBits(value);
  }

  /** Merges or packs everything of the past. */
  void maintain() throws SQLException {
    chunks.maintain();
  }

  /** The rollups are what the stored samples give, to the last bit. */
  void mustBeRight() throws Exception {
    for (long seconds : new long[] {300, 3600}) {
      List<String> expected = RecomputedRollups.of(db, seconds * 1000);
      assertFalse(expected.isEmpty());
      assertEquals(
          String.join("\n", expected),
          String.join("\n", rolledUp(seconds == 300 ? "rolled_5m" : "rolled_1h")));
    }
  }

  private List<String> rolledUp(String view) throws SQLException {
    StringBuilder values = new StringBuilder();
    for (String column : List.of("first", "last", "lowest", "highest", "total", "dropped")) {
      values.append(", encode(float8send(").append(column).append("), 'hex')");
    }
    return strings(
        "SELECT concat_ws(' ', series_id, node_id, "
            + ms("time")
            + ", samples, "
            + ms("first_time")
            + ", "
            + ms("last_time")
            + values
            + ") FROM harvester."
            + view);
  }

  private static String ms(String column) {
    return "(extract(epoch FROM " + column + ") * 1000)::bigint";
  }

  private List<String> strings(String query) throws SQLException {
    return db.query(query).stream().map(row -> (String) row.get(0)).sorted().toList();
  }

  /** Values of functions by function, range, step, metric, node, labels and time. */
  Map<String, Double> functions() throws SQLException {
    Map<String, Double> found = new TreeMap<>();
    for (String function : FUNCTIONS) {
      for (Map.Entry<String, List<String>> window : WINDOWS.entrySet()) {
        for (int metric = 0; metric < 5; metric++) {
          for (List<Object> row :
              db.query(
                  "SELECT concat_ws(' ', node, labels, %s), value FROM prom.%s('m%d', '%s', '%s', '%s', '%s')"
                      .formatted(
                          ms("time"),
                          function,
                          metric,
                          window.getValue().get(0),
                          Instant.ofEpochMilli(start),
                          Instant.ofEpochMilli(start + 4 * HOUR),
                          window.getValue().get(1)))) {
            found.put(
                "%s %s m%d %s".formatted(function, window.getKey(), metric, row.get(0)),
                (Double) row.get(1));
          }
        }
      }
    }
    return found;
  }

  /** The same values where views have them. */
  Map<String, Double> views() throws SQLException {
    Map<String, Double> found = new TreeMap<>();
    for (String view : List.of("metric_5m.", "metric_1h.")) {
      String window = view.contains("5m") ? "5m 5m" : "1h 1h";
      for (int metric = 0; metric < 5; metric++) {
        for (List<Object> row :
            db.query(
                "SELECT concat_ws(' ', node, '{\"i\": \"' || i || '\"}', %s), avg, min, max, increase, count"
                        .formatted(ms("time"))
                    + " FROM "
                    + view
                    + "m"
                    + metric
                    + " WHERE time >= '"
                    + Instant.ofEpochMilli(start)
                    + "'")) {
          String key = "%s m%d %s".formatted(window, metric, row.get(0));
          found.put("avg_over_time " + key, (Double) row.get(1));
          found.put("min_over_time " + key, (Double) row.get(2));
          found.put("max_over_time " + key, (Double) row.get(3));
          if (row.get(4) != null) {
            found.put("increase " + key, (Double) row.get(4));
          }
          found.put("count_over_time " + key, (double) (Integer) row.get(5));
        }
      }
    }
    return found;
  }

  /** Values of the same keys are equal but for rounding. */
  void mustBeNear(Map<String, Double> expected, Map<String, Double> found) {
    assertFalse(found.isEmpty());
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, Double> each : found.entrySet()) {
      Double value = expected.get(each.getKey());
      if (value == null || !isNear(each.getKey(), value, each.getValue())) {
        wrong.add(each.getKey() + ": " + value + " is not " + each.getValue());
      }
    }
    assertEquals("", String.join("\n", wrong.subList(0, Math.min(20, wrong.size()))));
    if (found.keySet().stream().anyMatch(key -> key.startsWith("rate "))) {
      assertEquals(expected.keySet(), found.keySet());
    }
  }

  /** Where a sum of large numbers is small, the error of a rounding is relative to those. */
  private static boolean isNear(String key, double expected, double found) {
    double allowed = Math.abs(expected) * 1e-12 + (key.matches("(sum|avg)_.*") ? 1e-8 : 0);
    return Double.compare(expected, found) == 0
        || expected == found
        || Math.abs(expected - found) <= allowed;
  }
}
