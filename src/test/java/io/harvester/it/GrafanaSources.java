// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The two data sources, as Grafana asks them: with the name and password of one reader. Each answer
 * in PromQL is compared with that of a Prometheus, if there is one.
 */
final class GrafanaSources implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;
  private final String authorization;
  private final Optional<PromApi> prometheus;
  private final Connection sql;
  private int compared;

  /** The login is what {@code reader add --sql --json} prints. */
  GrafanaSources(int port, JsonObject login, Optional<PromApi> prometheus) throws SQLException {
    this.port = port;
    this.prometheus = prometheus;
    authorization = basic(login.getString("user"), login.getString("password"));
    String url =
        "jdbc:postgresql://%s:%s/%s"
            .formatted(
                login.getString("host"), login.getString("port"), login.getString("database"));
    sql = DriverManager.getConnection(url, login.getString("user"), login.getString("password"));
  }

  static String basic(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  /** Values of a label of the series that match: what label_values asks. */
  List<String> labelValues(String label, String selector, GrafanaExpansion time) throws Exception {
    String form = "match[]=%s&start=%d&end=%d".formatted(encoded(selector), start(time), end(time));
    JsonObject answer = ask("/api/v1/label/" + label + "/values", form);
    return answer.getJsonArray("data").stream().map(String.class::cast).toList();
  }

  /** Series of an instant query at the end of the time range, or of a range query. */
  JsonArray promQl(String query, boolean instant, GrafanaExpansion time) throws Exception {
    long step = time.step(false) / 1000;
    String form =
        instant
            ? "query=%s&time=%d".formatted(encoded(query), end(time))
            : "query=%s&start=%d&end=%d&step=%d"
                .formatted(
                    encoded(query), start(time) / step * step, end(time) / step * step, step);
    return ask(instant ? "/api/v1/query" : "/api/v1/query_range", form)
        .getJsonObject("data")
        .getJsonArray("result");
  }

  private static long start(GrafanaExpansion time) {
    return time.from().getEpochSecond();
  }

  private static long end(GrafanaExpansion time) {
    return time.to().getEpochSecond();
  }

  private JsonObject ask(String path, String form) throws Exception {
    boolean values = path.contains("/label/");
    HttpResponse<String> response = send(port, path, form, values);
    assertEquals(200, response.statusCode(), () -> path + ": " + response.body());
    JsonObject answer = new JsonObject(response.body());
    if (prometheus.isPresent()) {
      compared++;
      JsonObject expected =
          new JsonObject(send(prometheus.get().port(), path, form, values).body());
      if (values) {
        assertEquals(expected, answer, form);
      } else {
        Optional<String> difference = AnswerDifference.between(expected, answer);
        assertEquals(Optional.empty(), difference, form);
      }
    }
    return answer;
  }

  private HttpResponse<String> send(int to, String path, String form, boolean get)
      throws Exception {
    String at = "http://127.0.0.1:" + to + path;
    HttpRequest.Builder request =
        get
            ? HttpRequest.newBuilder(URI.create(at + "?" + form.replace("[]", "%5B%5D")))
            : HttpRequest.newBuilder(URI.create(at))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
    return http.send(
        request.header("Authorization", authorization).build(), BodyHandlers.ofString());
  }

  /** Answers in PromQL that were compared with those of a Prometheus. */
  int compared() {
    return compared;
  }

  /** Rows with the names of columns as keys. */
  List<JsonObject> sql(String query) throws SQLException {
    try (Statement statement = sql.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      List<JsonObject> rows = new ArrayList<>();
      while (result.next()) {
        JsonObject row = new JsonObject();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.put(result.getMetaData().getColumnLabel(i), result.getObject(i));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws SQLException {
    sql.close();
  }
}
