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
import io.harvester.testing.Message;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each endpoint, asked by each kind of client: who gets in, and that nobody gets too much. */
class RightsMatrixIT {
  /**
   * Statuses. The limited viewer may read lab-*; the node is lab-1. A GET path in the first column
   * is asked as it is, a POST with the body of {@link #BODIES}.
   */
  private static final String MATRIX =
      """
      endpoint                                  | nobody | viewer | limited | admin | node | reader
      GET /api/v1/query?query=load              | 401    | 200    | 200     | 200   | 403  | 200
      POST /api/v1/query                        | 401    | 200    | 200     | 200   | 403  | 200
      GET /api/v1/query_range?query=load&start=1&end=2&step=1 | 401 | 200 | 200 | 200 | 403 | 200
      GET /api/v1/query_exemplars?query=load&start=1&end=2 | 401 | 200 | 200 | 200 | 403 | 200
      GET /api/v1/format_query?query=load       | 401    | 200    | 200     | 200   | 403  | 200
      GET /api/v1/parse_query?query=load        | 401    | 200    | 200     | 200   | 403  | 200
      GET /api/v1/series?match[]=load           | 401    | 200    | 200     | 200   | 403  | 200
      GET /api/v1/labels                        | 401    | 200    | 200     | 200   | 403  | 200
      GET /api/v1/label/node/values             | 401    | 200    | 200     | 200   | 403  | 200
      GET /api/v1/metadata                      | 401    | 200    | 200     | 200   | 403  | 200
      GET /api/v1/rules                         | 401    | 200    | 200     | 200   | 403  | 200
      GET /api/v1/alerts                        | 401    | 200    | 200     | 200   | 403  | 200
      GET /api/v1/status/buildinfo              | 401    | 200    | 200     | 200   | 403  | 200
      POST /api/v1/read                         | 401    | 400    | 400     | 400   | 403  | 400
      GET /api/fleet                            | 401    | 200    | 200     | 200   | 403  | 200
      GET /api/node?name=lab-1                  | 401    | 200    | 200     | 200   | 403  | 200
      GET /api/node?name=web-1                  | 401    | 200    | 404     | 200   | 403  | 200
      GET /api/aggregator                       | 401    | 200    | 403     | 200   | 403  | 200
      GET /api/session                          | 401    | 200    | 200     | 200   | 403  | 200
      POST /api/admin/add                       | 401    | 403    | 403     | 200   | 403  | 403
      POST /api/admin/rotate                    | 401    | 403    | 403     | 200   | 403  | 403
      POST /api/admin/disable                   | 401    | 403    | 403     | 200   | 403  | 403
      POST /api/admin/enable                    | 401    | 403    | 403     | 200   | 403  | 403
      POST /api/admin/tag                       | 401    | 403    | 403     | 200   | 403  | 403
      POST /api/admin/note                      | 401    | 403    | 403     | 200   | 403  | 403
      POST /api/admin/enrol-key                 | 401    | 403    | 403     | 200   | 403  | 403
      POST /api/v1/write                        | 401    | 403    | 403     | 403   | 204  | 403
      GET /api/v1/node/self                     | 401    | 403    | 403     | 403   | 200  | 403
      POST /api/v1/enrol                        | 401    | 401    | 401     | 401   | 401  | 401
      POST /api/login                           | 401    | 401    | 401     | 401   | 401  | 401
      POST /api/logout                          | 204    | -      | -       | -     | 204  | 204
      GET /-/healthy                            | 200    | 200    | 200     | 200   | 200  | 200
      GET /-/ready                              | 200    | 200    | 200     | 200   | 200  | 200
      GET /metrics                              | 200    | 200    | 200     | 200   | 200  | 200
      """;

  private static final Map<String, String> BODIES =
      Map.of(
          "/api/admin/add", "{\"node\":\"lab-2\"}",
          "/api/admin/rotate", "{\"node\":\"lab-2\"}",
          "/api/admin/disable", "{\"node\":\"lab-2\"}",
          "/api/admin/enable", "{\"node\":\"lab-2\"}",
          "/api/admin/tag", "{\"node\":\"lab-2\",\"tags\":{\"site\":\"oslo\"}}",
          "/api/admin/note", "{\"text\":\"moved\"}",
          "/api/admin/enrol-key", "{\"nodes\":\"lab-*\"}",
          "/api/login", "{\"name\":\"nobody\",\"password\":\"x\"}",
          "/api/logout", "{}",
          "/api/v1/enrol", "{\"node\":\"lab-3\"}");

  private static final Path SOURCES = Path.of("src/main/java/io/harvester/http");
  private static final Pattern PATH =
      Pattern.compile(
          "(?:routes|adder)\\.(?:get|post|getAndPost)\\(\\s*(?:BASE \\+ )?\"(/[^\"]*)\"");

  private final Map<String, String[]> headers = new LinkedHashMap<>();
  private long clock = System.currentTimeMillis();

  private void makeClients(NodeCli cli, PageClient page) throws Exception {
    headers.put("nobody", new String[0]);
    headers.put("viewer", page.login("ada", cli.user("add", "ada")));
    headers.put("limited", page.login("ivo", cli.user("add", "ivo", "--may-read", "lab-*")));
    headers.put("admin", page.login("root", cli.user("add", "root", "--admin")));
    headers.put("node", bearer(cli.run("rotate", "lab-1")));
    headers.put("reader", bearer(cli.reader("add", "grafana")));
  }

  private static String[] bearer(String token) {
    return new String[] {"Authorization", "Bearer " + token};
  }

  @EachTier(TestTier.POSTGRES)
  void each_client_gets_what_is_its_own(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    fill(db);
    try (TestAggregator a = TestAggregator.start(db, "--authentication=required")) {
      PageClient page = new PageClient(a);
      makeClients(cli, page);
      StringBuilder found = new StringBuilder(MATRIX.lines().findFirst().orElseThrow() + '\n');
      for (String line : MATRIX.lines().skip(1).toList()) {
        found.append(asked(page, line)).append('\n');
      }
      assertEquals(squeezed(MATRIX), squeezed(found.toString()));
      assertEquals(
          List.of(List.of("lab-1"), List.of("lab-2"), List.of("web-1")),
          db.query("SELECT name FROM harvester.node ORDER BY 1"));
      assertEquals(
          List.of(List.of("site", "oslo")), db.query("SELECT key, value FROM harvester.node_tag"));
    }
  }

  private static void fill(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      long now = System.currentTimeMillis();
      a.send(
              series("load", "node", "lab-1").with(at(now, 1)),
              series("load", "node", "web-1", "site", "web").with(at(now, 2)))
          .mustBeStored();
    }
  }

  private String asked(PageClient page, String line) throws Exception {
    String[] cells = line.split("\\|", -1);
    String endpoint = cells[0].strip();
    List<String> row = new ArrayList<>(List.of(endpoint));
    int column = 1;
    for (Map.Entry<String, String[]> client : headers.entrySet()) {
      if (cells[column++].strip().equals("-")) {
        row.add("-");
        continue;
      }
      HttpResponse<String> answer = page.send(request(page, endpoint), client.getValue());
      row.add(Integer.toString(answer.statusCode()));
      if (client.getKey().equals("limited") && !endpoint.contains("metrics")) {
        String body = answer.body().replace("there is no node web-1", "");
        assertFalse(body.contains("web"), endpoint + ": " + body);
      }
    }
    return String.join(" | ", row);
  }

  private HttpRequest.Builder request(PageClient page, String endpoint) {
    String path = endpoint.substring(endpoint.indexOf(' ') + 1);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(page.base() + path.replace("[]", "%5B%5D")));
    if (endpoint.startsWith("GET")) {
      return request;
    }
    request.header("X-Requested-With", "fetch");
    if (path.equals("/api/v1/write") || path.equals("/api/v1/read")) {
      byte[] body =
          Message.of(series("load", "node", "lab-1").with(at(clock++, 1))).body(Message.Version.V1);
      return request
          .header("Content-Type", "application/x-protobuf")
          .POST(BodyPublishers.ofByteArray(path.endsWith("write") ? body : new byte[] {1}));
    }
    if (path.equals("/api/v1/query")) {
      return request
          .header("Content-Type", "application/x-www-form-urlencoded")
          .POST(BodyPublishers.ofString("query=load"));
    }
    return request
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(BODIES.get(path)));
  }

  private static String squeezed(String table) {
    return table.replaceAll(" *\\| *", " | ").replaceAll("(?m) +$", "");
  }

  @Test
  void the_matrix_has_each_path_of_the_sources() throws IOException {
    Set<String> paths = new TreeSet<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
        for (MatchResult path : PATH.matcher(Files.readString(file)).results().toList()) {
          String query = Files.readString(file).contains("BASE = \"/api/v1\"") ? "/api/v1" : "";
          paths.add(query + path.group(1).replace(":name", "node"));
        }
      }
    }
    paths.removeIf(path -> path.equals("/") || path.matches("/favicon.svg|/assets/.*"));
    assertTrue(paths.size() > 15, paths.toString());
    String asked = squeezed(MATRIX);
    List<String> missing =
        paths.stream()
            .filter(path -> !asked.matches("(?s).* " + Pattern.quote(path) + "[ ?].*"))
            .filter(path -> !path.equals("/api/admin/")) // its actions are a map
            .toList();
    assertEquals(List.of(), missing);
  }

  @EachTier(TestTier.POSTGRES)
  void what_an_admin_does_on_the_page_takes_effect(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db, "--authentication=required")) {
      PageClient page = new PageClient(a);
      String[] root = page.login("root", cli.user("add", "root", "--admin"));
      String token = act(page, root, "add", "{\"node\":\"lab-1\"}").getString("token");
      assertEquals(200, self(page, token));
      HttpResponse<String> twice =
          page.post("/api/admin/add", new JsonObject().put("node", "lab-1"), root);
      assertEquals(409, twice.statusCode());
      assertTrue(twice.body().contains("node rotate lab-1"), twice.body());
      String rotated =
          act(page, root, "rotate", "{\"node\":\"lab-1\",\"overlap\":\"0\"}").getString("token");
      Eventually.until("the old token ends", () -> self(page, token) == 401);
      assertEquals(200, self(page, rotated));
      act(page, root, "disable", "{\"node\":\"lab-1\"}");
      Eventually.until("it is disabled", () -> self(page, rotated) == 403);
      act(page, root, "enable", "{\"node\":\"lab-1\"}");
      Eventually.until("it is enabled", () -> self(page, rotated) == 200);
      String key =
          act(page, root, "enrol-key", "{\"nodes\":\"web-*\",\"uses\":2,\"expires\":\"1d\"}")
              .getString("key");
      assertEquals(403, enrol(page, key, "lab-9"));
      assertEquals(201, enrol(page, key, "web-1"));
      act(page, root, "tag", "{\"node\":\"lab-1\",\"tags\":{\"site\":\"oslo\",\"rack\":\"7\"}}");
      act(page, root, "tag", "{\"node\":\"lab-1\",\"tags\":{\"rack\":null}}");
      act(page, root, "note", "{\"node\":\"lab-1\",\"text\":\"a new fan\"}");
      assertEquals(List.of(List.of("site", "oslo")), db.query("SELECT key, value FROM fleet.tag"));
      assertEquals(
          "[[access, lab-1, added from 127.0.0.1], [access, lab-1, rotated from 127.0.0.1],"
              + " [access, lab-1, disabled from 127.0.0.1], [access, lab-1, enabled from"
              + " 127.0.0.1], [access, -, enrolment key added for 2 × web-* from 127.0.0.1], [note,"
              + " lab-1, a new fan]]",
          db.query(
                  "SELECT kind, coalesce(node, '-'), text FROM fleet.annotation WHERE who = 'root'"
                      + " ORDER BY time")
              .toString());
      assertEquals(
          "[[lab-1, tag site=oslo], [lab-1, tag rack=7], [lab-1, tag removed: rack], [lab-1, note 1"
              + " added]]",
          db.query(
                  "SELECT node, what FROM fleet.audit WHERE kind = 'fleet' AND who = 'root'"
                      + " AND address = '127.0.0.1' ORDER BY time")
              .toString());
    }
  }

  @EachTier(TestTier.POSTGRES)
  void wrong_actions_are_refused_in_words(TestDatabase db) throws Exception {
    NodeCli cli = new NodeCli(db);
    try (TestAggregator a = TestAggregator.start(db)) {
      PageClient page = new PageClient(a);
      String[] root = page.login("root", cli.user("add", "root", "--admin"));
      refuse(page, root, "disable", "{\"node\":\"lab-9\"}", 409, "there is no node lab-9");
      refuse(page, root, "add", "{\"node\":\"a b\"}", 400, "1 to 63 letters");
      refuse(page, root, "add", "{}", 400, "\"node\" is missing");
      refuse(page, root, "enrol-key", "{\"nodes\":\"*x\"}", 400, "\"nodes\" is neither");
      refuse(page, root, "enrol-key", "{\"uses\":0}", 400, "from 1 to 100000");
      refuse(page, root, "enrol-key", "{\"expires\":\"soon\"}", 400, "is not a duration");
      refuse(page, root, "enrol-key", "{\"expires\":\"2y\"}", 400, "365 d");
      refuse(page, root, "note", "{\"text\":\" \"}", 400, "1 to 2000 characters");
      refuse(page, root, "note", "{\"text\":\"x\",\"kind\":\"joke\"}", 400, "note or maintenance");
      cli.run("add", "lab-1");
      refuse(page, root, "tag", "{\"node\":\"lab-1\",\"tags\":{\"A\":\"x\"}}", 409, "not the key");
      refuse(page, root, "tag", "{\"node\":\"lab-1\",\"tags\":{\"a\":null}}", 409, "has no tag a");
      refuse(page, root, "tag", "{\"node\":\"lab-1\",\"tags\":[]}", 400, "must be an object");
      HttpResponse<String> nobody =
          page.post("/api/admin/disable", new JsonObject().put("node", "lab-1"));
      assertEquals(401, nobody.statusCode(), "also where no credential is required");
    }
  }

  private static void refuse(
      PageClient page, String[] root, String action, String body, int status, String reason)
      throws Exception {
    HttpResponse<String> answer = page.post("/api/admin/" + action, new JsonObject(body), root);
    assertEquals(status, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains(reason), answer.body());
  }

  private static JsonObject act(PageClient page, String[] root, String action, String body)
      throws Exception {
    HttpResponse<String> answer = page.post("/api/admin/" + action, new JsonObject(body), root);
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("no-store", answer.headers().firstValue("Cache-Control").orElse(""));
    return new JsonObject(answer.body());
  }

  private static int self(PageClient page, String token) throws Exception {
    return page.get("/api/v1/node/self", bearer(token)).statusCode();
  }

  private static int enrol(PageClient page, String key, String node) throws Exception {
    return page.postAsIs(
            "/api/v1/enrol", "{\"node\":\"" + node + "\"}", "application/json", bearer(key))
        .statusCode();
  }
}
