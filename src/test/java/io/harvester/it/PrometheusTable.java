// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.harvester.proto.v2.Histogram;
import io.harvester.proto.v2.Request;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xerial.snappy.Snappy;

/**
 * Asks a Prometheus what its functions answer for each of {@link HistogramCases}, and prints it in
 * the form of {@code histogram_functions.csv}. The server needs {@code
 * --web.enable-remote-write-receiver} and {@code --enable-feature=native-histograms}.
 */
final class PrometheusTable {
  static final List<String> QUANTILES =
      List.of(
          "-1", "0", "0.001", "0.01", "0.1", "0.25", "0.3333", "0.499", "0.5", "0.501", "0.75",
          "0.9", "0.95", "0.99", "0.999", "1", "2", "NaN");

  private static final Pattern VALUE = Pattern.compile("\"value\":\\[[0-9.]+,\"([^\"]+)\"]");
  private static final Pattern BUCKET =
      Pattern.compile("\\[[0-3],\"([^\"]+)\",\"([^\"]+)\",\"([^\"]+)\"]");

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;
  private final long time = System.currentTimeMillis();

  private PrometheusTable(String url) {
    this.url = url;
  }

  /** Takes the server's address, as {@code http://127.0.0.1:9090}. */
  public static void main(String[] arguments) throws Exception {
    new PrometheusTable(arguments[0]).print();
  }

  private void print() throws Exception {
    System.out.println("# histogram,function,argument,answer of Prometheus 3.5.3");
    for (Map.Entry<String, Histogram> entry : HistogramCases.all().entrySet()) {
      String name = entry.getKey();
      String selector = "{__name__=\"cases\",case=\"" + name + "\"}";
      if (send(name, entry.getValue()) != 204) {
        throw new IllegalStateException(name + " was refused");
      }
      for (String phi : QUANTILES) {
        row(name, "quantile", phi, value("histogram_quantile(" + phi + "," + selector + ")"));
      }
      for (String function : List.of("count", "sum", "avg")) {
        row(name, function, "", value("histogram_" + function + "(" + selector + ")"));
      }
      row(name, "buckets", "", buckets(selector));
    }
  }

  private static void row(String name, String function, String argument, String answer) {
    if (!answer.isEmpty()) { // of a stale histogram Prometheus shows nothing
      System.out.println(String.join(",", name, function, argument, answer));
    }
  }

  private int send(String name, Histogram histogram) throws IOException, InterruptedException {
    Request.Builder request = Request.newBuilder();
    request.addAllSymbols(List.of("", "__name__", "cases", "case", name));
    request
        .addTimeseriesBuilder()
        .addAllLabelsRefs(List.of(1, 2, 3, 4))
        .addHistograms(histogram.toBuilder().setTimestamp(time));
    byte[] body = Snappy.compress(request.build().toByteArray());
    return http.send(
            HttpRequest.newBuilder(URI.create(url + "/api/v1/write"))
                .header(
                    "Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request")
                .header("Content-Encoding", "snappy")
                .header("X-Prometheus-Remote-Write-Version", "2.0.0")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private String value(String query) throws IOException, InterruptedException {
    Matcher value = VALUE.matcher(query(query));
    return value.find() ? value.group(1) : "";
  }

  private String buckets(String query) throws IOException, InterruptedException {
    Matcher bucket = BUCKET.matcher(query(query));
    List<String> buckets = new ArrayList<>();
    while (bucket.find()) {
      buckets.add(bucket.group(1) + " " + bucket.group(2) + " " + bucket.group(3));
    }
    return String.join(";", buckets);
  }

  private String query(String query) throws IOException, InterruptedException {
    String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
    URI uri = URI.create(url + "/api/v1/query?time=" + time / 1000.0 + "&query=" + encoded);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
  }
}
