// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.harvester.testing.Certificates;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of credential, in every way to show it, at every door: who gets in, what is stored.
 */
class AccessMatrixIT {
  /** The node that every write is about; its own for all but the last three. */
  private static final String WRITE =
      """
      credential of | writes   | bearer | basic | certificate
      nobody        | lab-01   | 401    | 401   | 401
      stranger      | stranger | 401    | 401   | TLS
      lab-gone      | lab-gone | 401    | 401   | 204
      lab-off       | lab-off  | 403    | 403   | 403
      lab-01        | lab-01   | 204    | 204   | 204
      lab-02        | lab-01   | 400    | 400   | 400
      gateway       | lab-01   | 204    | 204   | 204
      gateway       | web-01   | 403    | 403   | 403
      grafana       | lab-01   | 403    | 403   | 401
      """;

  private static final String SELF =
      """
      credential of | writes   | bearer | basic | certificate
      nobody        | -        | 401    | 401   | 401
      stranger      | -        | 401    | 401   | TLS
      lab-gone      | -        | 401    | 401   | 200
      lab-off       | -        | 403    | 403   | 403
      lab-01        | -        | 200    | 200   | 200
      gateway       | -        | 200    | 200   | 200
      grafana       | -        | 403    | 403   | 401
      """;

  /** A node's credential does not read; a reader has no certificate. */
  private static final String QUERY =
      """
      credential of | writes   | bearer | basic | certificate
      nobody        | -        | 401    | 401   | 401
      stranger      | -        | 401    | 401   | TLS
      lab-gone      | -        | 401    | 401   | 403
      lab-off       | -        | 403    | 403   | 403
      lab-01        | -        | 403    | 403   | 403
      gateway       | -        | 403    | 403   | 403
      grafana       | -        | 200    | 200   | 401
      """;

  /** A node credential is no enrolment key. */
  private static final String ENROL = SELF.replaceAll("200|403", "401");

  /** Probes and metrics ask nobody; and metrics are not where senders come in. */
  private static final String OPEN = SELF.replaceAll("401|403", "200");

  private static final String NOT_HERE = OPEN.replace("200", "404");

  @TempDir static Path folder;
  private static final Map<String, SSLContext> CERTIFICATES = new HashMap<>();
  private static Certificates ours;

  private final Map<String, String> tokens = new HashMap<>();
  private long samples;

  @BeforeAll
  static void makeCertificates() throws Exception {
    ours = new Certificates(Files.createDirectory(folder.resolve("ours")));
    Certificates others = new Certificates(Files.createDirectory(folder.resolve("others")));
    for (String name : List.of("server", "lab-gone", "lab-off", "lab-01", "lab-02", "gateway")) {
      ours.sign(name);
      CERTIFICATES.put(name, ours.showing(name, ours));
    }
    CERTIFICATES.put("nobody", ours.trusting());
    CERTIFICATES.put("grafana", ours.trusting());
    CERTIFICATES.put("stranger", others.sign("stranger").showing("stranger", ours));
  }

  @EachTier(TestTier.POSTGRES)
  void each_credential_opens_its_own_doors_and_no_other(TestDatabase db) throws Exception {
    int management = TestAggregator.freePort();
    try (TestAggregator aggregator =
        TestAggregator.start(
            db,
            "--authentication=required",
            "--foreign-node=reject",
            "--tls-certificate=" + ours.certificate("server", "server.crt"),
            "--tls-key=" + ours.key("server", "server.key"),
            "--tls-client-ca=" + ours.authority(),
            "--management-listen=127.0.0.1:" + management)) {
      String base = "https://127.0.0.1:" + aggregator.port();
      makeCredentials(new NodeCli(db));
      Eventually.until(
          "a change takes effect",
          Duration.ofSeconds(5),
          () -> status("lab-off", "bearer", self(base)).equals("403"));
      check(WRITE, db, (who, node) -> write(base, node));
      check(SELF, db, (who, node) -> self(base));
      check(ENROL, db, (who, node) -> enrol(base));
      check(QUERY, db, (who, node) -> to(base + "/api/v1/labels").GET());
      check(OPEN, db, (who, node) -> to(base + "/-/ready").GET());
      check(NOT_HERE, db, (who, node) -> to(base + "/metrics").GET());
      String operators = "http://127.0.0.1:" + management;
      check(OPEN.replace("TLS", "200"), db, (who, node) -> to(operators + "/metrics").GET());
      assertEquals(
          List.of(
              List.of("gateway"),
              List.of("lab-01"),
              List.of("lab-02"),
              List.of("lab-gone"),
              List.of("lab-off")),
          db.query("SELECT name FROM harvester.node ORDER BY 1"),
          "nobody makes nodes that are not theirs");
      List<List<Object>> refused = List.of(List.of("gateway", 3L), List.of("lab-02", 3L));
      Eventually.until(
          "refusals are in the database",
          () ->
              refused.equals(
                  db.query(
                      "SELECT node, sum(rejections)::bigint FROM harvester.rejected_sample"
                          + " WHERE reason = 'foreign node' GROUP BY 1 ORDER BY 1")));
    }
  }

  private void makeCredentials(NodeCli cli) throws Exception {
    for (String node : List.of("lab-gone", "lab-off", "lab-01", "lab-02")) {
      tokens.put(node, cli.run("add", node));
    }
    tokens.put("gateway", cli.run("add", "gateway", "--may-write", "lab-*"));
    tokens.put("stranger", "hvn_" + "A".repeat(43));
    tokens.put("grafana", cli.reader("add", "grafana"));
    cli.run("revoke", "lab-gone");
    cli.run("disable", "lab-off");
  }

  private interface Door {
    HttpRequest.Builder request(String who, String node);
  }

  private void check(String table, TestDatabase db, Door door) throws Exception {
    List<String> lines = table.lines().toList();
    StringBuilder found = new StringBuilder(lines.get(0)).append('\n');
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\\|", -1);
      String who = cells[0].strip();
      String node = cells[1].strip();
      List<String> statuses = new ArrayList<>();
      for (String way : List.of("bearer", "basic", "certificate")) {
        String status = status(who, way, door.request(who, node));
        samples += status.equals("204") ? 1 : 0;
        assertEquals(samples, Stored.rows(db), who + " by " + way + ": stored");
        statuses.add(status);
      }
      found.append(
          "%-13s | %-8s | %-6s | %-5s | %s%n"
              .formatted(who, node, statuses.get(0), statuses.get(1), statuses.get(2)));
    }
    assertEquals(table, found.toString());
  }

  private String status(String who, String way, HttpRequest.Builder request) throws Exception {
    SSLContext tls = CERTIFICATES.get(way.equals("certificate") ? who : "nobody");
    String token = tokens.get(who);
    if (token != null && way.equals("bearer")) {
      request.header("Authorization", "Bearer " + token);
    } else if (token != null && way.equals("basic")) {
      String pair = who + ":" + token;
      request.header(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
    try {
      HttpClient client =
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls).build();
      return client.send(request.build(), BodyHandlers.ofString()).statusCode() + "";
    } catch (IOException e) {
      return "TLS";
    }
  }

  private long clock = System.currentTimeMillis();

  private HttpRequest.Builder write(String base, String node) {
    byte[] body =
        Message.of(series("up", "node", node).with(at(clock++, 1))).body(Message.Version.V1);
    return to(base + "/api/v1/write")
        .header("Content-Type", "application/x-protobuf")
        .POST(BodyPublishers.ofByteArray(body));
  }

  private static HttpRequest.Builder self(String base) {
    return to(base + "/api/v1/node/self").GET();
  }

  private static HttpRequest.Builder enrol(String base) {
    return to(base + "/api/v1/enrol")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{\"node\":\"lab-new\"}"));
  }

  private static HttpRequest.Builder to(String url) {
    return HttpRequest.newBuilder(URI.create(url));
  }
}
