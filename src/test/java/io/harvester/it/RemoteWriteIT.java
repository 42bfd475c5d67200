// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.Answer;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message.Version;
import io.harvester.testing.Stored;
import io.harvester.testing.TcpProxy;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestSender;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;

/**
 * Every rule of {@link WriteRules}, {@link LabelWriteRules} and {@link HistogramWriteRules}, on
 * every storage tier.
 */
class RemoteWriteIT {
  private static final String WRITTEN = "X-Prometheus-Remote-Write-%s-Written";
  private static final Pattern REASON = Pattern.compile("\\d+ × ([^,(;]+?)(?=,| \\(|;)");

  private final TreeSet<String> reasons = new TreeSet<>();

  @EachTier
  void negotiation(TestDatabase db) throws Exception {
    hold(db, WriteRules.negotiation());
  }

  @EachTier
  void bodies(TestDatabase db) throws Exception {
    hold(db, WriteRules.bodies());
  }

  @EachTier
  void samples(TestDatabase db) throws Exception {
    hold(db, WriteRules.samples());
  }

  @EachTier
  void label_sets(TestDatabase db) throws Exception {
    hold(db, LabelWriteRules.all());
  }

  @EachTier
  void exemplars(TestDatabase db) throws Exception {
    hold(db, WriteRules.exemplars());
  }

  @EachTier
  void valid_histograms(TestDatabase db) throws Exception {
    hold(db, HistogramWriteRules.valid());
  }

  @EachTier
  void invalid_histograms(TestDatabase db) throws Exception {
    hold(db, HistogramWriteRules.invalid());
  }

  @EachTier
  void a_database_that_is_away_is_503(TestDatabase db) throws Exception {
    URI url = URI.create(db.url());
    try (TcpProxy proxy = new TcpProxy(0, url.getHost(), url.getPort());
        TestAggregator a =
            TestAggregator.start(
                db.url().replace(":" + url.getPort() + "/", ":" + proxy.port() + "/"))) {
      WriteRule one = WriteRules.samples().get(0);
      mustHold(db, a, one, Version.V2, "before");
      proxy.stop();
      for (Version version : Version.values()) {
        Answer answer = send(a.sender(), one, version, "after").mustAskToRetry("");
        assertEquals(version == Version.V1 ? "" : "0 0 0", written(answer));
      }
      assertEquals(List.of(), RuleRows.of(db, "after"));
    }
  }

  @EachTier
  void a_credential_decides_before_the_body_is_read(TestDatabase db) throws Exception {
    try (TestAggregator a =
        TestAggregator.start(db, "--authentication=required", "--foreign-node=reject")) {
      WriteRule one = WriteRules.negotiation().get(3);
      send(a.sender(), one, Version.V2, "n").mustBe(401, "");
      String token = new NodeCli(db).run("add", "mine");
      HttpRequest.Builder foreign =
          request(a.sender(), one, Version.V2, "other").header("Authorization", "Bearer " + token);
      Eventually.until(
          "the token is known", () -> a.sender().exchange(foreign.build()).status() != 401);
      a.sender().exchange(foreign.build()).mustBe(400, "HARVESTER_FOREIGN_NODE");
      a.sender()
          .exchange(
              request(a.sender(), one, Version.V2, "mine")
                  .header("Authorization", "Bearer " + token)
                  .build())
          .mustBeStored();
      assertEquals(1, Stored.rows(db));
      assertEquals(one.stored(), RuleRows.of(db, "mine"));
    }
  }

  private void hold(TestDatabase db, List<WriteRule> rules) throws Exception {
    try (TestAggregator a = TestAggregator.start(db, WriteRules.SETTINGS)) {
      assertAll(
          rules.stream()
              .flatMap(
                  rule ->
                      Stream.of(Version.values())
                          .filter(rule.versions()::contains)
                          .map(version -> check(db, a, rule, version))));
      mustBeAccountedFor(db, a.sender());
    }
  }

  private Executable check(TestDatabase db, TestAggregator a, WriteRule rule, Version version) {
    return () -> mustHold(db, a, rule, version, rule.name() + " " + version);
  }

  private void mustHold(
      TestDatabase db, TestAggregator a, WriteRule rule, Version version, String node)
      throws Exception {
    Answer answer = send(a.sender(), rule, version, node);
    assertEquals(rule.status(), answer.status(), () -> node + ": " + answer.body());
    assertTrue(answer.body().contains(rule.fragment()), () -> node + ": " + answer.body());
    assertEquals(version == Version.V1 ? "" : rule.written(), written(answer), node);
    if (rule.status() == 204) {
      assertEquals("", answer.body(), node);
    } else {
      assertTrue(answer.header("Content-Type").startsWith("text/plain"), node);
      assertTrue(answer.body().length() <= 1024, node);
    }
    assertEquals(
        rule.stored().stream().sorted().toList(),
        RuleRows.of(db, node).stream().sorted().toList(),
        node);
    Matcher reason = REASON.matcher(answer.body());
    while (reason.find()) {
      reasons.add(reason.group(1));
    }
  }

  private static Answer send(TestSender sender, WriteRule rule, Version version, String node) {
    return sender.exchange(request(sender, rule, version, node).build());
  }

  private static HttpRequest.Builder request(
      TestSender sender, WriteRule rule, Version version, String node) {
    HttpRequest.Builder request =
        sender
            .to("/api/v1/write")
            .POST(BodyPublishers.ofByteArray(rule.request().body(version, node)));
    String type = rule.contentType() == null ? version.contentType() : rule.contentType();
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    if (rule.encoding() != null) {
      request.header("Content-Encoding", rule.encoding());
    }
    return request;
  }

  private static String written(Answer answer) {
    return String.join(
            " ",
            answer.header(WRITTEN.formatted("Samples")),
            answer.header(WRITTEN.formatted("Histograms")),
            answer.header(WRITTEN.formatted("Exemplars")))
        .strip();
  }

  /** Nothing is lost sight of: the metrics' sums hold, and each refusal is found by SQL. */
  private void mustBeAccountedFor(TestDatabase db, TestSender sender) throws Exception {
    double rejected = 0;
    for (String kind : List.of("samples", "histograms", "exemplars")) {
      String meter = "harvester_" + kind + "_";
      double sum = 0;
      for (String outcome : List.of("stored", "duplicate", "conflict", "rejected", "failed")) {
        sum += sender.counterByReason(meter + outcome + "_total");
      }
      assertEquals(sender.metric(meter + "received_total"), sum, kind);
      rejected += sender.counterByReason(meter + "rejected_total");
    }
    assertEquals(0, Stored.duplicates(db));
    assertEquals(Stored.rows(db), sender.metric("harvester_samples_stored_total"));
    assertEquals(0, sender.metric("harvester_requests_in_flight"));
    assertEquals(0, sender.metric("harvester_requests_in_flight_bytes"));
    double all = rejected;
    reasons.remove("another value is stored for this timestamp");
    Eventually.until(
        "refusals are in the database: " + reasons + ", " + all,
        () ->
            db.query("SELECT DISTINCT reason FROM harvester.rejected_sample ORDER BY 1").stream()
                    .map(row -> row.get(0).toString())
                    .sorted()
                    .toList()
                    .equals(List.copyOf(reasons))
                && ((Number)
                            db.value(
                                "SELECT coalesce(sum(rejections), 0) FROM"
                                    + " harvester.rejected_sample"))
                        .doubleValue()
                    == all);
  }
}
