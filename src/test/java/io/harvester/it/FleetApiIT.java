// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

/**
 * What the page asks beside PromQL: {@code /api/fleet}, {@code /api/node}, {@code /api/aggregator}.
 */
class FleetApiIT {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final long NOW = System.currentTimeMillis() / 1000 * 1000;

  /** Every path of the page's own; each has something of node web-1 for those who may read it. */
  private static final List<String> PATHS =
      List.of("/api/fleet", "/api/fleet?have=0", "/api/node?name=web-1", "/api/aggregator");

  /** Ten minutes of a machine: half of its CPU is busy, and its second disk is full to 3/4. */
  private static List<Message.Series> machine(String node, long end) {
    List<Message.Series> all = new ArrayList<>();
    long[] times = new long[41];
    for (int i = 0; i < times.length; i++) {
      times[i] = end - (times.length - 1 - i) * 15_000L;
    }
    all.add(counted("node_cpu_seconds_total", node, times, 0.5, "cpu", "0", "mode", "idle"));
    all.add(counted("node_cpu_seconds_total", node, times, 0.5, "cpu", "0", "mode", "user"));
    all.add(constant("node_memory_MemTotal_bytes", node, times, 1000));
    all.add(constant("node_memory_MemAvailable_bytes", node, times, 900));
    for (String[] disk : new String[][] {{"/", "600"}, {"/srv", "250"}}) {
      all.add(
          constant(
              "node_filesystem_size_bytes",
              node,
              times,
              1000,
              "mountpoint",
              disk[0],
              "fstype",
              "ext4"));
      all.add(
          constant(
              "node_filesystem_avail_bytes",
              node,
              times,
              Double.parseDouble(disk[1]),
              "mountpoint",
              disk[0],
              "fstype",
              "ext4"));
    }
    all.add(counted("node_network_receive_bytes_total", node, times, 3000, "device", "eth0"));
    all.add(counted("node_network_receive_bytes_total", node, times, 9999, "device", "lo"));
    all.add(counted("node_network_transmit_bytes_total", node, times, 1000, "device", "eth0"));
    all.add(constant("node_load1", node, times, 0.75));
    return all;
  }

  private static Message.Series counted(
      String metric, String node, long[] times, double perSecond, String... labels) {
    return labelled(metric, node, labels)
        .with(
            LongStream.of(times)
                .mapToObj(time -> at(time, (time - times[0]) / 1000.0 * perSecond))
                .toArray(Message.Sample[]::new));
  }

  private static Message.Series constant(
      String metric, String node, long[] times, double value, String... labels) {
    return labelled(metric, node, labels)
        .with(
            LongStream.of(times).mapToObj(time -> at(time, value)).toArray(Message.Sample[]::new));
  }

  private static Message.Series labelled(String metric, String node, String... labels) {
    Message.Series series = series(metric, "node", node);
    for (int i = 0; i < labels.length; i += 2) {
      series = series.label(labels[i], labels[i + 1]);
    }
    return series;
  }

  private static void write(TestAggregator a, String node, long end) {
    a.send(machine(node, end).toArray(Message.Series[]::new)).mustBeStored();
  }

  private static HttpResponse<String> get(TestAggregator a, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + a.port() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonObject json(TestAggregator a, String path, String... headers)
      throws Exception {
    HttpResponse<String> response = get(a, path, headers);
    assertEquals(200, response.statusCode(), response.body());
    return new JsonObject(response.body());
  }

  /** The answer to the first request has no numbers: they are computed meanwhile. */
  private static JsonObject withVitals(TestAggregator a, String... headers) throws Exception {
    Eventually.until(
        "numbers", () -> json(a, "/api/fleet", headers).getInteger("vitalsVersion") > 0);
    return json(a, "/api/fleet", headers);
  }

  private static JsonObject node(JsonObject fleet, String name) {
    JsonArray nodes = fleet.getJsonArray("nodes");
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.getJsonObject(i).getString("node").equals(name)) {
        return nodes.getJsonObject(i);
      }
    }
    throw new AssertionError(name + " is not in " + fleet);
  }

  @EachTier
  void the_fleet_has_states_numbers_and_lines(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db)) {
      write(a, "lab-1", System.currentTimeMillis());
      cli.run("add", "lab-2");
      cli.run("tag", "lab-2", "site=berlin");
      JsonObject fleet = withVitals(a);
      assertEquals("node", fleet.getString("nodeLabel"));
      assertEquals("up", node(fleet, "lab-1").getString("state"));
      assertTrue(node(fleet, "lab-1").getDouble("silentFor") < 30, fleet.toString());
      assertEquals("never", node(fleet, "lab-2").getString("state"));
      assertFalse(node(fleet, "lab-2").containsKey("silentFor"));
      assertEquals(
          new JsonObject().put("site", "berlin"), node(fleet, "lab-2").getJsonObject("tags"));
      JsonObject vitals = fleet.getJsonObject("vitals");
      assertEquals("", vitals.getString("problem"));
      JsonObject numbers = vitals.getJsonObject("nodes").getJsonObject("lab-1");
      assertEquals(0.5, numbers.getDouble("cpu"), 0.01, numbers.toString());
      assertEquals(0.1, numbers.getDouble("memory"), 1e-9);
      assertEquals(0.75, numbers.getDouble("disk"), 1e-9);
      assertEquals("/srv", numbers.getString("mount"));
      assertEquals(3000, numbers.getDouble("received"), 60);
      assertEquals(1000, numbers.getDouble("sent"), 20);
      assertEquals(0.75, numbers.getDouble("load"), 1e-9);
      assertEquals(1, numbers.getDouble("cores"));
      assertEquals(15, numbers.getDouble("interval"), 1.5);
      String line = numbers.getString("memoryLine");
      assertEquals(30, line.length());
      assertTrue(line.matches("\\.{24,26}6{4,6}"), line); // 0.1 of 63 levels, for ten minutes
      assertTrue(numbers.getString("diskLine").endsWith("l"), numbers.toString());
      assertNotNull(numbers.getString("networkLine"));
      assertFalse(
          json(a, "/api/fleet?have=" + fleet.getInteger("vitalsVersion")).containsKey("vitals"),
          "numbers that the viewer has are not sent again");
    }
  }

  @EachTier
  void a_node_that_misses_a_write_is_late_within_two_intervals(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      write(a, "lab-1", System.currentTimeMillis());
      withVitals(a);
      String silentFor = "UPDATE harvester.node SET last_write_at = now() - interval '%s seconds'";
      db.execute(silentFor.formatted(15)); // and up to five until it is read
      assertEquals("up", state(a));
      db.execute(silentFor.formatted(27));
      assertEquals("late", state(a));
      db.execute(silentFor.formatted(301));
      assertEquals("silent", state(a));
      write(a, "lab-1", System.currentTimeMillis());
      assertEquals("up", state(a));
    }
  }

  /** What is computed after this call. */
  private static String state(TestAggregator a) throws Exception {
    double reads = reads(a);
    Eventually.until(
        "a new computation",
        () -> {
          get(a, "/api/fleet");
          return reads(a) > reads;
        });
    return node(json(a, "/api/fleet"), "lab-1").getString("state");
  }

  private static double reads(TestAggregator a) {
    return a.sender().metric("harvester_fleet_reads_total");
  }

  @EachTier
  void a_reader_gets_no_byte_of_another_node(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db, "--retention=1d")) {
      write(a, "lab-1", NOW);
      write(a, "web-1", NOW);
      cli.run("add", "web-2");
      cli.run("tag", "web-2", "site=web");
      cli.note("web-1 is replaced", "--node", "web-1");
      cli.note("lab-1 is replaced", "--node", "lab-1");
      cli.note("the network is upgraded", "--kind", "maintenance");
      a.send(series("m", "node", "web-1").with(at(NOW - 100 * 86_400_000L, 1)));
      String[] intern = {
        "Authorization", "Bearer " + cli.reader("add", "intern", "--may-read", "lab-*")
      };
      String[] all = {"Authorization", "Bearer " + cli.reader("add", "boss")};
      Eventually.until(
          "the rejection",
          () -> get(a, "/api/aggregator", all).body().contains("\"node\" : \"web-1\""));
      for (String path : PATHS) {
        Eventually.until(path, () -> get(a, path, all).body().contains("web-1"));
        HttpResponse<String> own = get(a, path, intern);
        assertFalse(
            own.body().replace("there is no node web-1", "").contains("web"), path + own.body());
      }
      JsonObject fleet = withVitals(a, intern);
      assertTrue(fleet.getBoolean("restricted"));
      assertEquals(1, fleet.getJsonArray("nodes").size());
      assertEquals(1, fleet.getJsonObject("vitals").getJsonObject("nodes").size());
      assertEquals(404, get(a, "/api/node?name=web-1", intern).statusCode());
      assertEquals(404, get(a, "/api/node?name=lab-9", intern).statusCode());
      assertEquals(403, get(a, "/api/aggregator", intern).statusCode());
      JsonArray notes = json(a, "/api/node?name=lab-1", intern).getJsonArray("annotations");
      assertEquals(
          List.of("lab-1 is replaced", "the network is upgraded"),
          notes.stream().map(note -> ((JsonObject) note).getString("text")).sorted().toList());
    }
  }

  @EachTier(TestTier.POSTGRES)
  void fifty_viewers_share_one_computation(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      write(a, "lab-1", NOW);
      double before = reads(a);
      long start = System.nanoTime();
      for (int round = 0; round < 6; round++) {
        List<CompletableFuture<HttpResponse<String>>> viewers = new ArrayList<>();
        for (int viewer = 0; viewer < 50; viewer++) {
          viewers.add(
              CLIENT.sendAsync(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + a.port() + "/api/fleet?have=-1"))
                      .build(),
                  BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> viewer : viewers) {
          assertEquals(200, viewer.get().statusCode());
        }
        Thread.sleep(1000);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      double reads = reads(a) - before;
      assertTrue(reads >= 1 && reads <= 1 + seconds / 5, reads + " reads in " + seconds + " s");
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_node_has_its_access_quota_and_rejections(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db, "--retention=1d")) {
      cli.run("add", "lab-1");
      cli.run("limit", "lab-1", "--max-series", "70");
      write(a, "lab-1", NOW);
      assertEquals(
          400,
          a.send(series("old", "node", "lab-1").with(at(NOW - 100 * 86_400_000L, 1))).status());
      Eventually.until(
          "the rejection",
          () -> json(a, "/api/node?name=lab-1").getJsonArray("rejections").size() == 1);
      JsonObject node = json(a, "/api/node?name=lab-1");
      assertEquals(70, node.getJsonObject("quota").getInteger("series"), node.toString());
      JsonArray credentials = node.getJsonArray("credentials");
      assertEquals(1, credentials.size());
      assertFalse(node.toString().contains("hash"), node.toString());
      JsonObject rejection = node.getJsonArray("rejections").getJsonObject(0);
      assertEquals("old", rejection.getString("metric"));
      assertEquals(1, rejection.getInteger("count"));
      assertEquals(404, get(a, "/api/node?name=nobody").statusCode());
      assertEquals(400, get(a, "/api/node?name=lab-1&start=x").statusCode());
      JsonObject self = json(a, "/api/aggregator");
      assertTrue(self.getString("metrics").contains("harvester_samples_stored_total"));
      assertTrue(self.getJsonObject("database").getLong("bytes") > 0);
    }
  }

  @EachTier(TestTier.POSTGRES)
  void without_a_credential_a_browser_is_not_made_to_ask(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db, "--authentication=required")) {
      for (String path : PATHS) {
        HttpResponse<String> plain = get(a, path);
        assertEquals(401, plain.statusCode(), path);
        assertTrue(challenge(plain).contains("Basic"), path);
        HttpResponse<String> script = get(a, path, "X-Requested-With", "fetch");
        assertEquals(401, script.statusCode(), path);
        assertEquals("Bearer realm=\"harvester\"", challenge(script), path);
      }
    }
  }

  private static String challenge(HttpResponse<String> response) {
    return response.headers().firstValue("WWW-Authenticate").orElse("");
  }
}
