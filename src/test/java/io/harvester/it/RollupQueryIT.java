// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** PromQL answers from rollups where the samples are deleted, and says so. */
class RollupQueryIT {
  /** Without i=4, 12, …, whose values are NaN, infinite or stale. */
  private static final String USUAL = "{i!~\"4|12|20|28|36\"}";

  private static final List<String> HOURLY =
      List.of(
          "rate(m1%s[1h])",
          "increase(m2%s[2h])",
          "delta(m3%s[1h])",
          "min_over_time(m3%s[1h])",
          "max_over_time(m0%s[2h])",
          "sum_over_time(m3%s[1h])",
          "count_over_time(m2%s[1h])",
          "avg_over_time(m1%s[1h])",
          "count_over_time(m3%s[2h])",
          "last_over_time(m2%s[1h])",
          "sum by (node) (rate(m1%s[1h]))",
          "m2%s",
          "m3%s - m3%1$s offset 1h");

  private static final List<String> FIVE_MINUTES =
      List.of("rate(m1%s[5m])", "max_over_time(m3%s[10m])", "m0%s", "topk(3, m3%s)");

  @EachTier
  void queries_go_on_when_the_samples_are_gone(TestDatabase db) throws Exception {
    RollupCase rolled = new RollupCase(db);
    store(rolled);
    Map<String, Map<String, Double>> expected = new TreeMap<>();
    List<JsonArray> infos = new ArrayList<>();
    try (TestAggregator a = TestAggregator.start(db)) {
      askAll(a, rolled, expected, infos);
    }
    assertTrue(infos.stream().noneMatch(info -> info.encode().contains("deleted")), infos + "");
    try (Connection connection = db.connect()) {
      rolled.chunks.layout().dropBefore(connection, Instant.now());
    }
    assertEquals(0L, db.value("SELECT count(*) FROM harvester.sample"));
    db.execute("UPDATE harvester.rollup_progress SET keep_samples = '2 hours'");
    Map<String, Map<String, Double>> found = new TreeMap<>();
    infos.clear();
    try (TestAggregator a = TestAggregator.start(db, "--retention=2h", "--pack-after=1h")) {
      askAll(a, rolled, found, infos);
    }
    expected.forEach((query, values) -> mustBeNear(query, values, found.get(query)));
    infos.forEach(
        info ->
            assertTrue(
                info.encode().contains("are deleted: older values are computed from rollups of"),
                info.encode()));
    assertFalse(infos.isEmpty());
  }

  private static void store(RollupCase rolled) throws Exception {
    try (TestAggregator a = rolled.aggregator()) {
      for (RollupCase.Scrape scrape : rolled.scrapes()) {
        rolled.send(a, scrape);
      }
      Eventually.until(
          "everything is rolled up",
          () -> {
            rolled.maintain();
            return rolled
                .db
                .value(
                    "SELECT complete_until > to_timestamp(%d) FROM harvester.rollup_progress"
                        .formatted((rolled.start + 3 * RollupCase.HOUR) / 1000))
                .equals(true);
          });
    }
  }

  private static void askAll(
      TestAggregator a,
      RollupCase rolled,
      Map<String, Map<String, Double>> answers,
      List<JsonArray> infos)
      throws Exception {
    for (String query : HOURLY) {
      ask(a, rolled, query.formatted(USUAL), 3600, answers, infos);
    }
    for (String query : FIVE_MINUTES) {
      ask(a, rolled, query.formatted(USUAL), 300, answers, infos);
    }
  }

  private static void ask(
      TestAggregator a,
      RollupCase rolled,
      String query,
      int step,
      Map<String, Map<String, Double>> answers,
      List<JsonArray> infos)
      throws Exception {
    String path =
        "/api/v1/query_range?start=%d&end=%d&step=%d&query=%s"
            .formatted(
                (rolled.start + 2 * RollupCase.HOUR) / 1000,
                (rolled.start + 3 * RollupCase.HOUR) / 1000,
                step,
                URLEncoder.encode(query, StandardCharsets.UTF_8));
    JsonObject body = new JsonObject(new PromApi(a.port()).get(path));
    assertEquals("success", body.getString("status"), query + ": " + body);
    Map<String, Double> values = new TreeMap<>();
    for (Object each : body.getJsonObject("data").getJsonArray("result")) {
      JsonObject series = (JsonObject) each;
      for (Object point : series.getJsonArray("values")) {
        values.put(
            series.getJsonObject("metric").encode() + ((JsonArray) point).getValue(0),
            Double.valueOf(((JsonArray) point).getString(1)));
      }
    }
    assertFalse(values.isEmpty(), query);
    answers.put(query, values);
    infos.add(body.getJsonArray("infos", new JsonArray()));
  }

  private static void mustBeNear(
      String query, Map<String, Double> expected, Map<String, Double> found) {
    assertEquals(expected.keySet(), found.keySet(), query);
    expected.forEach(
        (key, value) ->
            assertEquals(
                value, found.get(key), Math.abs(value) * 1e-12 + 1e-15, query + " " + key));
  }
}
