// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/** Asks as the page does; it keeps no cookie by itself. */
final class PageClient {
  private final String base;
  private final HttpClient client;

  PageClient(TestAggregator aggregator) {
    this("http://127.0.0.1:" + aggregator.port(), HttpClient.newHttpClient());
  }

  PageClient(TestAggregator aggregator, SSLContext tls) {
    this(
        "https://127.0.0.1:" + aggregator.port(),
        HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build());
  }

  private PageClient(String base, HttpClient client) {
    this.base = base;
    this.client = client;
  }

  String base() {
    return base;
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(base + path)), headers);
  }

  /** Posts JSON with the header that the page sends. */
  HttpResponse<String> post(String path, JsonObject body, String... headers) throws Exception {
    List<String> all = new ArrayList<>(List.of("X-Requested-With", "fetch"));
    all.addAll(List.of(headers));
    return postAsIs(path, body.encode(), "application/json", all.toArray(String[]::new));
  }

  HttpResponse<String> postAsIs(String path, String body, String type, String... headers)
      throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body)),
        headers);
  }

  HttpResponse<String> send(HttpRequest.Builder request, String... headers) throws Exception {
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> tryToLogin(String name, String password, String... headers)
      throws Exception {
    return post(
        "/api/login", new JsonObject().put("name", name).put("password", password), headers);
  }

  /** Logs in, and returns the header with the cookie. */
  String[] login(String name, String password) throws Exception {
    HttpResponse<String> answer = tryToLogin(name, password);
    assertEquals(200, answer.statusCode(), answer.body());
    return new String[] {"Cookie", cookie(answer).split(";", -1)[0]};
  }

  static String cookie(HttpResponse<?> answer) {
    return answer.headers().firstValue("Set-Cookie").orElse("");
  }
}
