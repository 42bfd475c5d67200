// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Queries in PromQL to the HTTP API of a Prometheus or of an aggregator on this machine. */
record PromApi(int port, HttpClient http) {
  PromApi(int port) {
    this(port, HttpClient.newHttpClient());
  }

  /** The answer to a call: values by {@link PromAnswers#key}. */
  Map<String, Double> answer(PromCall call) throws IOException, InterruptedException {
    String path =
        call.function().equals("latest")
            ? "/api/v1/query?time=" + call.start() / 1000.0
            : "/api/v1/query_range?start=%s&end=%s&step=%s"
                .formatted(call.start() / 1000.0, call.stop() / 1000.0, call.stepMs() / 1000.0);
    String query = URLEncoder.encode(call.promQl(), StandardCharsets.UTF_8);
    JsonObject body = new JsonObject(get(path + "&query=" + query));
    if (!"success".equals(body.getString("status"))) {
      throw new IllegalStateException(call.promQl() + ": " + body);
    }
    Map<String, Double> values = new TreeMap<>();
    for (Object each : body.getJsonObject("data").getJsonArray("result")) {
      JsonObject series = (JsonObject) each;
      JsonArray points = series.getJsonArray("values", new JsonArray());
      if (series.containsKey("value")) {
        points.add(new JsonArray().add(0).add(series.getJsonArray("value").getString(1)));
      }
      for (Object point : points) {
        long time = Math.round(((JsonArray) point).getDouble(0) * 1000);
        String value = ((JsonArray) point).getString(1);
        values.put(PromAnswers.key(time, series.getJsonObject("metric")), PromAnswers.value(value));
      }
    }
    return values;
  }

  String get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
  }
}
