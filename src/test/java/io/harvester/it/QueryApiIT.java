// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The query API answers as Prometheus does, for those who may read. */
class QueryApiIT {
  private static final long NOW = System.currentTimeMillis() / 1000 * 1000;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** Every path that shows something of what is stored. */
  private static final List<String> ALL =
      List.of(
          "query?query=up",
          "query?query=" + encoded("count by (node) ({__name__=~\".+\"})"),
          "query?query=" + encoded("up{node=\"web-1\"}"),
          "query?query=" + encoded("up{node!~\"lab.*\"}"),
          "query?query=" + encoded("label_replace(up, \"x\", \"$1\", \"node\", \"(.*)\")"),
          "query_range?query=up&start=" + (NOW / 1000 - 60) + "&end=" + NOW / 1000 + "&step=15",
          "query_exemplars?query=up",
          "series?match[]=up",
          "series?match[]=" + encoded("{node=\"web-1\"}"),
          "labels",
          "label/node/values",
          "label/__name__/values",
          "label/only_web/values",
          "metadata");

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static void write(TestAggregator a) {
    a.send(
            series("up", "node", "lab-1").with(at(NOW - 15_000, 1), at(NOW, 1)),
            series("up", "node", "lab-2").with(at(NOW, 0)),
            series("up", "node", "web-1").with(at(NOW, 1)),
            series("web_only", "node", "web-1", "only_web", "yes").with(at(NOW, 7)))
        .mustBeStored();
  }

  private static String get(TestAggregator a, String path, String... headers) throws Exception {
    return send(HttpRequest.newBuilder(uri(a, path)).GET(), headers).body();
  }

  private static URI uri(TestAggregator a, String path) {
    String safe = path.replace("[", "%5B").replace("]", "%5D");
    return URI.create("http://127.0.0.1:" + a.port() + "/api/v1/" + safe);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request, String... headers)
      throws Exception {
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static String data(String json) {
    return "{\"status\":\"success\",\"data\":" + json + "}";
  }

  private static String error(String type, String message) {
    return "{\"status\":\"error\",\"errorType\":\"%s\",\"error\":\"%s\"}".formatted(type, message);
  }

  @EachTier
  void what_was_just_written_is_found(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      write(a);
      assertEquals(
          data("[\"__name__\",\"node\",\"only_web\"]"), get(a, "labels"), "labels, at once");
      assertEquals(data("[\"lab-1\",\"lab-2\",\"web-1\"]"), get(a, "label/node/values"));
      assertEquals(
          data("[\"web-1\"]"), get(a, "label/node/values?match[]=" + encoded("{only_web!=\"\"}")));
      assertEquals(
          data("[{\"__name__\":\"web_only\",\"node\":\"web-1\",\"only_web\":\"yes\"}]"),
          get(a, "series?match[]=web_only"));
      String time = Long.toString(NOW / 1000);
      assertEquals(
          data(
              "{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"__name__\":\"web_only\","
                  + "\"node\":\"web-1\",\"only_web\":\"yes\"},\"value\":["
                  + time
                  + ",\"7\"]}]}"),
          get(a, "query?query=web_only&time=" + time));
      assertEquals(
          data(
              "{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"node\":\"lab-1\"},\"values\":[["
                  + (NOW / 1000 - 15)
                  + ",\"2\"],["
                  + time
                  + ",\"2\"]]}]}"),
          get(
              a,
              "query_range?query="
                  + encoded("up{node=\"lab-1\"} + 1")
                  + "&start="
                  + (NOW / 1000 - 15)
                  + "&end="
                  + time
                  + "&step=15"));
      assertEquals(
          data("{\"resultType\":\"scalar\",\"result\":[" + time + ",\"3\"]}"),
          get(a, "query?query=1%2B2&time=" + time));
      assertEquals(
          data("{\"resultType\":\"string\",\"result\":[" + time + ",\"a\\u003cb\"]}"),
          get(a, "query?query=" + encoded("\"a<b\"") + "&time=" + time));
    }
  }

  @EachTier
  void a_reader_sees_its_nodes_only(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      write(a);
      NodeCli cli = new NodeCli(db);
      String token = cli.reader("add", "intern", "--may-read", "lab-*");
      String[] intern = {"Authorization", "Bearer " + token};
      for (String path : ALL) {
        HttpResponse<String> all = send(HttpRequest.newBuilder(uri(a, path)));
        assertEquals(200, all.statusCode(), path + ": " + all.body());
        HttpResponse<String> own = send(HttpRequest.newBuilder(uri(a, path)), intern);
        assertEquals(200, own.statusCode(), path + ": " + own.body());
        assertFalse(own.body().contains("web"), path + ": " + own.body());
      }
      assertEquals(data("[\"lab-1\",\"lab-2\"]"), get(a, "label/node/values", intern));
      cli.reader("revoke", "intern");
      Eventually.until(
          "the token of a revoked reader is refused",
          () -> send(HttpRequest.newBuilder(uri(a, "labels")), intern).statusCode() == 401);
    }
  }

  @EachTier
  void errors_are_those_of_prometheus(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      assertEquals(error("bad_data", "no match[] parameter provided"), get(a, "series"), "series");
      assertEquals(
          error(
              "bad_data",
              "invalid parameter \\\"query\\\": 1:4: parse error: unexpected end of input inside"
                  + " braces"),
          get(a, "query?query=up%7B"));
      assertEquals(
          error("bad_data", "match[] must contain at least one non-empty matcher"),
          get(a, "labels?match[]=" + encoded("{a=~\".*\"}")));
      assertEquals(
          error(
              "bad_data",
              "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the"
                  + " query resolution (?step=XX)"),
          get(a, "query_range?query=up&start=0&end=11001&step=1"));
      assertEquals(
          data("{\"resultType\":\"matrix\",\"result\":[]}"),
          get(a, "query_range?query=up&start=0&end=11000&step=1"));
      HttpResponse<String> many =
          send(HttpRequest.newBuilder(uri(a, "query?query=" + encoded("up + on() up"))));
      assertEquals(200, many.statusCode(), many.body());
      write(a);
      many = send(HttpRequest.newBuilder(uri(a, "query?query=" + encoded("up + on() up"))));
      assertEquals(422, many.statusCode(), many.body());
      assertTrue(many.body().contains("\"errorType\":\"execution\""), many.body());
    }
  }

  @EachTier
  void forms_and_compression_are_understood(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      write(a);
      HttpRequest.Builder form =
          HttpRequest.newBuilder(uri(a, "query?time=" + NOW / 1000))
              .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
              .POST(BodyPublishers.ofString("query=" + encoded("sum(up)")));
      String sum =
          data(
              "{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":["
                  + NOW / 1000
                  + ",\"2\"]}]}");
      assertEquals(sum, send(form).body());
      HttpRequest zipped =
          HttpRequest.newBuilder(uri(a, "query?query=sum(up)&time=" + NOW / 1000))
              .header("Accept-Encoding", "gzip")
              .build();
      HttpResponse<byte[]> bytes = CLIENT.send(zipped, BodyHandlers.ofByteArray());
      assertEquals("gzip", bytes.headers().firstValue("Content-Encoding").orElse(""));
      assertEquals(sum, unzipped(bytes.body()));
      HttpRequest.Builder large =
          HttpRequest.newBuilder(uri(a, "query"))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(BodyPublishers.ofString("query=" + "a".repeat(1 << 20)));
      HttpResponse<String> refused = send(large);
      assertEquals(413, refused.statusCode());
      assertTrue(refused.body().contains("the limit is 1048576"), refused.body());
    }
  }

  private static String unzipped(byte[] bytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
