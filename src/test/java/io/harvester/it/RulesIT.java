// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.TestDatabase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Rules and alerts come from the server that evaluates them. */
class RulesIT {
  private static HttpResponse<String> get(TestAggregator a, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + a.port() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  @EachTier
  void rules_are_passed_on_and_readers_of_some_nodes_see_none(TestDatabase db) throws Exception {
    HttpServer vmalert =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    vmalert.createContext(
        "/vm/api/v1/",
        exchange -> {
          String asked = exchange.getRequestURI().toString();
          byte[] body =
              ("{\"status\":\"success\",\"data\":{\"groups\":[\"" + asked + "\"]}}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    vmalert.start();
    String url = "http://127.0.0.1:" + vmalert.getAddress().getPort() + "/vm/";
    try (TestAggregator a = TestAggregator.start(db, "--rules-url=" + url)) {
      assertEquals(
          "{\"status\":\"success\",\"data\":{\"groups\":"
              + "[\"/vm/api/v1/rules?type=alert&rule_name%5B%5D=Node+down\"]}}",
          get(a, "/api/v1/rules?type=alert&rule_name%5B%5D=Node%20down&other=x").body());
      String token = new NodeCli(db).reader("add", "lab", "--may-read", "lab-*");
      assertEquals(
          "{\"status\":\"success\",\"data\":{\"alerts\":[]}}",
          get(a, "/api/v1/alerts", "Authorization", "Bearer " + token).body());
      vmalert.stop(0);
      HttpResponse<String> gone = get(a, "/api/v1/alerts");
      assertEquals(503, gone.statusCode());
      assertTrue(gone.body().contains("HARVESTER_RULES_URL"), gone.body());
    } finally {
      vmalert.stop(0);
    }
  }

  @EachTier
  void a_base_path_comes_before_every_path(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db, "--base-path=/harvester/")) {
      for (String path : new String[] {"/-/ready", "/metrics", "/api/v1/labels", "/"}) {
        assertEquals(200, get(a, "/harvester" + path).statusCode(), path);
        assertEquals(200, get(a, path).statusCode(), path);
      }
      assertEquals(405, get(a, "/harvester/api/v1/write").statusCode());
      assertEquals(404, get(a, "/other/-/ready").statusCode());
    }
  }
}
