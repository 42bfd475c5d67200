// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.harvester.TestAggregator;
import io.harvester.testing.Message;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Random expressions with random times, and the samples on which they are evaluated. */
final class RandomQueries {
  private final long seed;
  private final RandomExpressions expressions;
  private final Random times;

  RandomQueries(long seed) {
    this.seed = seed;
    expressions = new RandomExpressions(seed);
    times = new Random(seed);
  }

  /**
   * Without the values near the largest float: their variance overflows, or not, by the order in
   * which a server came to know the series.
   */
  private List<Message.Series> samples() {
    return PromSamples.all(seed).stream()
        .filter(series -> !series.labels().toString().contains("extreme"))
        .toList();
  }

  void store(RealPrometheus prometheus) {
    PromLoad.store(prometheus, samples(), PromHistograms.natives(seed));
  }

  void store(TestAggregator aggregator) {
    PromLoad.store(aggregator, samples(), PromHistograms.natives(seed));
  }

  /** Identifies the samples. */
  String fingerprint() throws Exception {
    return PromSamples.fingerprint(samples());
  }

  /** The path of the next query. */
  String next() {
    String query = URLEncoder.encode(expressions.next(), StandardCharsets.UTF_8);
    long time = PromSamples.BASE / 1000 + times.nextInt((int) (PromSamples.SPAN / 1000));
    if (times.nextBoolean()) {
      return "/api/v1/query?time=%d&query=%s".formatted(time, query);
    }
    int step = List.of(15, 60, 61, 300).get(times.nextInt(4));
    long end = time + (long) step * (1 + times.nextInt(40));
    return "/api/v1/query_range?start=%d&end=%d&step=%d&query=%s".formatted(time, end, step, query);
  }

  static JsonObject ask(PromApi api, String path) throws Exception {
    return new JsonObject(api.get(path));
  }

  static String readable(String path, String difference) {
    return URLDecoder.decode(path, StandardCharsets.UTF_8) + "\n  " + difference;
  }
}
