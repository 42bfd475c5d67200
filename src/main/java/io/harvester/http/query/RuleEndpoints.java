// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.harvester.http.query.Endpoint.Reply;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code /api/v1/rules} and {@code /api/v1/alerts}: what the vmalert or Prometheus says that
 * evaluates the rules, or nothing. Alerts carry labels of any node, so a reader of some nodes sees
 * none.
 */
final class RuleEndpoints {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_BYTES = 16 << 20;

  /** The parameters that Prometheus and vmalert know. */
  private static final List<String> PARAMETERS =
      List.of(
          "type",
          "rule_name[]",
          "rule_group[]",
          "file[]",
          "exclude_alerts",
          "match[]",
          "group_limit",
          "group_next_token");

  private final Optional<URI> evaluator;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  /**
   * The endpoints.
   *
   * @param evaluator base URL of the API of rules; empty: there are no rules
   */
  RuleEndpoints(Optional<URI> evaluator) {
    this.evaluator = evaluator;
  }

  Reply rules(Call call) throws ApiException {
    return answer(call, "/api/v1/rules", "{\"groups\":[]}");
  }

  Reply alerts(Call call) throws ApiException {
    return answer(call, "/api/v1/alerts", "{\"alerts\":[]}");
  }

  private Reply answer(Call call, String path, String none) throws ApiException {
    if (evaluator.isEmpty() || call.scope().isRestricted()) {
      return Reply.of(json -> json.raw(none));
    }
    URI uri = URI.create(evaluator.get() + path + query(call.parameters()));
    String data = data(uri);
    return Reply.of(json -> json.raw(data));
  }

  private static String query(Parameters given) {
    StringBuilder query = new StringBuilder();
    for (String name : PARAMETERS) {
      for (String value : given.all(name)) {
        query.append(query.isEmpty() ? '?' : '&').append(encoded(name)).append('=');
        query.append(encoded(value));
      }
    }
    return query.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private String data(URI uri) throws ApiException {
    try {
      HttpResponse<InputStream> response =
          client.send(
              HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        byte[] bytes = body.readNBytes(MAX_BYTES + 1);
        if (response.statusCode() != 200) {
          throw unavailable("answers with status " + response.statusCode());
        }
        if (bytes.length > MAX_BYTES) {
          throw unavailable("answers with more than " + MAX_BYTES + " bytes");
        }
        JsonObject data =
            new JsonObject(new String(bytes, StandardCharsets.UTF_8)).getJsonObject("data");
        if (data == null) {
          throw unavailable("answers without data");
        }
        return data.encode();
      }
    } catch (DecodeException | ClassCastException e) {
      throw unavailable("answers with something else than Prometheus's JSON");
    } catch (IOException e) {
      throw unavailable("does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("was not asked to the end, the aggregator stops");
    }
  }

  private static ApiException unavailable(String problem) {
    return new ApiException(
        ApiException.Type.UNAVAILABLE,
        "the server of the rules " + problem + " (HARVESTER_RULES_URL)");
  }
}
