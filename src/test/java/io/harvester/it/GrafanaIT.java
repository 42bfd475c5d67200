// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.it.GrafanaDashboard.objects;
import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.it.GrafanaExpansion.Choice;
import io.harvester.proto.v2.Metadata;
import io.harvester.proto.v2.Sample;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestSender;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Every query of the dashboards in deploy/grafana has data: panels, variables and annotations, as
 * Grafana expands them, by a reader. Those in PromQL answer as a Prometheus does that has the same
 * samples, where one is installed. {@code -Dharvester.test.dashboard=/path.json} also asks what the
 * panels of a public dashboard ask of web-1.
 */
class GrafanaIT {
  private static final long NOW = System.currentTimeMillis() / 60_000 * 60_000;

  /** The file of a public dashboard for node_exporter. */
  private static final String FOREIGN = System.getProperty("harvester.test.dashboard");

  /** Within the time range of every dashboard. */
  private static final String EARLIER = Instant.ofEpochMilli(NOW).minusSeconds(1200).toString();

  /** What an aggregator exports only after an error, or with TLS. */
  private static final String MORE =
      """
      harvester_write_retries_total{reason="deadlock"} 3
      harvester_tls_certificate_expiry_timestamp_seconds %d
      """
          .formatted(NOW / 1000 + 90 * 86_400);

  @EachTier
  void every_query_of_every_dashboard_has_data(TestDatabase db) throws Exception {
    Optional<RealPrometheus> prometheus =
        RealPrometheus.reasonForNone().isEmpty()
            ? Optional.of(RealPrometheus.start())
            : Optional.empty();
    String reader = db.value("SELECT current_user") + "_grafana";
    try {
      fill(db, prometheus.map(p -> new TestSender(p.api().port())));
      try (TestAggregator aggregator = TestAggregator.start(db, "--retention=0")) {
        JsonObject login = new JsonObject(new NodeCli(db).reader("add", reader, "--sql", "--json"));
        try (GrafanaSources sources =
            new GrafanaSources(aggregator.port(), login, prometheus.map(RealPrometheus::api))) {
          int compared = execute(sources);
          publicDashboardsFindOneMachine(sources);
          if (FOREIGN != null) {
            foreign(sources, Path.of(FOREIGN));
          }
          assertTrue(prometheus.isEmpty() || compared > 500, compared + " were compared");
        }
        wrongPasswordIsRefused(aggregator, reader);
      }
    } finally {
      db.superuser().execute("DROP ROLE IF EXISTS " + reader);
      prometheus.ifPresent(RealPrometheus::close);
    }
  }

  /** Executes all; how many answers were compared with those of a Prometheus. */
  private static int execute(GrafanaSources sources) throws Exception {
    List<String> wrong = new ArrayList<>();
    int executed = 0;
    for (GrafanaDashboard dashboard : GrafanaDashboard.all()) {
      GrafanaQueries queries = new GrafanaQueries(dashboard, sources, Instant.ofEpochMilli(NOW));
      queries.run(value -> !value.equals(GrafanaFleet.SILENT));
      wrong.addAll(queries.wrong());
      executed += queries.executed();
    }
    assertEquals("", String.join("\n", wrong));
    assertTrue(executed > 600, executed + " queries were executed");
    return sources.compared();
  }

  /**
   * The variables of the dashboard "Node Exporter Full" (grafana.com, 1860): job, nodename, and an
   * instance, by which its panels select.
   */
  private static void publicDashboardsFindOneMachine(GrafanaSources sources) throws Exception {
    GrafanaExpansion time =
        new GrafanaExpansion(
            Instant.ofEpochMilli(NOW).minusSeconds(3600), Instant.ofEpochMilli(NOW), Map.of());
    assertEquals(List.of("node_exporter"), sources.labelValues("job", "node_uname_info", time));
    assertEquals(
        List.of("localhost:9100", "web-1:9100", "web-2:9100"),
        sources.labelValues("instance", "node_uname_info", time));
    String up = "group by (node) (node_load1{instance=\"%s\",job=\"node_exporter\"})";
    for (String node : List.of("web-1", "web-2")) {
      String selector = "node_uname_info{job=\"node_exporter\", nodename=\"" + node + "\"}";
      List<String> instances = sources.labelValues("instance", selector, time);
      assertEquals(List.of(node + ":9100"), instances);
      JsonArray found = sources.promQl(up.formatted(instances.get(0)), false, time);
      assertEquals(1, found.size());
      assertEquals(node, found.getJsonObject(0).getJsonObject("metric").getString("node"));
    }
    // Without prometheus_instance, all machines look like one.
    assertEquals(2, sources.promQl(up.formatted("localhost:9100"), false, time).size());
    assertEquals(GrafanaFleet.NODES, sources.labelValues("node", "node_uname_info", time));
  }

  private static void foreign(GrafanaSources sources, Path file) throws Exception {
    Map<String, Choice> chosen = new TreeMap<>();
    chosen.put("job", new Choice(false, null, List.of("node_exporter")));
    chosen.put("nodename", new Choice(false, null, List.of("web-1")));
    for (String name : List.of("node", "instance")) {
      chosen.put(name, new Choice(false, null, List.of("web-1:9100")));
    }
    Instant end = Instant.ofEpochMilli(NOW);
    GrafanaExpansion time = new GrafanaExpansion(end.minusSeconds(3600), end, chosen);
    List<JsonObject> panels = objects(new JsonObject(Files.readString(file)), "panels");
    List<String> queries =
        Stream.concat(
                panels.stream(),
                panels.stream().flatMap(panel -> objects(panel, "panels").stream()))
            .flatMap(panel -> objects(panel, "targets").stream())
            .filter(target -> target.containsKey("expr"))
            .map(target -> time.promQl(target.getString("expr")))
            .toList();
    int found = 0;
    for (String query : queries) {
      found += sources.promQl(query, false, time).isEmpty() ? 0 : 1;
    }
    assertTrue(found > 20, found + " of " + queries.size() + " queries have data");
  }

  private static void wrongPasswordIsRefused(TestAggregator aggregator, String reader) {
    String wrong = GrafanaSources.basic(reader, "hvr_wrong");
    assertEquals(
        401,
        aggregator
            .sender()
            .exchange(
                aggregator.sender().to("/api/v1/labels").header("Authorization", wrong).build())
            .status());
  }

  /** Machines, the aggregator's own metrics, notes and maintenance. */
  private static void fill(TestDatabase db, Optional<TestSender> prometheus) throws Exception {
    NodeCli cli = new NodeCli(db);
    GrafanaFleet fleet = new GrafanaFleet(NOW);
    try (TestAggregator aggregator = TestAggregator.start(db, "--retention=0")) {
      fleet.store(aggregator.sender());
      refusals(aggregator);
      metadata(aggregator);
      aggregator.sender().get("/api/v1/query?query=up");
      aggregator.sender().get("/api/v1/query?query=up%7B");
      GrafanaFleet itself =
          new GrafanaFleet(NOW, aggregator.sender().get("/metrics").body() + MORE);
      itself.store(aggregator.sender());
      if (prometheus.isPresent()) {
        fleet.and(itself).store(prometheus.get());
      }
      Eventually.until( // a periodic task writes them
          "the versions of all nodes",
          Duration.ofSeconds(30),
          () -> db.value("SELECT count(*) FROM fleet.node WHERE agent IS NOT NULL").equals(4L));
    }
    SqlReaderIT.mayCreateRoles(db, db.value("SELECT current_user").toString());
    for (String node : GrafanaFleet.NODES) {
      cli.run("add", node);
      cli.run("tag", node, "rack=7", "owner=" + node.replaceAll("\\W.*", ""));
      cli.note("fan replaced", "--node", node, "--who", "ada", "--at", EARLIER);
    }
    cli.run("limit", "db-1", "--max-series", "1000");
    cli.note("upgrade", "--kind", "maintenance", "--for", "2h", "--who", "bob", "--at", EARLIER);
    db.execute(
        "INSERT INTO harvester.chunk_maintenance (chunk, step, started_at, finished_at)"
            + " VALUES ('_hyper_1_1_chunk', 'vacuum', '%s', '%s');".formatted(EARLIER, EARLIER)
            + " UPDATE harvester.access_event SET at = '%s';".formatted(EARLIER)
            + " UPDATE harvester.node SET last_write_at = now() - interval '10 minutes'"
            + " WHERE name = '%s'".formatted(GrafanaFleet.SILENT));
  }

  private static void metadata(TestAggregator aggregator) {
    ExtraMessage message = new ExtraMessage();
    message
        .series("node_cpu_seconds_total", "node", "db-1", "mode", "documented")
        .setMetadata(Metadata.newBuilder().setType(Metadata.MetricType.METRIC_TYPE_COUNTER).build())
        .addSamples(Sample.newBuilder().setTimestamp(NOW - 2 * 86_400_000L).setValue(1));
    message.sendTo(aggregator).mustBeStored();
  }

  /** A sample before 2000, and another value for a timestamp; neither is in a Prometheus. */
  private static void refusals(TestAggregator aggregator) {
    assertEquals(400, aggregator.send(series("up", "node", "db-1").with(at(1, 1))).status());
    aggregator
        .send(series("refused", "node", "db-1").with(at(NOW - 86_400_000L, 1)))
        .mustBeStored();
    aggregator.send(series("refused", "node", "db-1").with(at(NOW - 86_400_000L, 2)));
  }
}
