// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends requests to one aggregator, as senders and operators do. */
public final class TestSender {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port;

  /** A sender to an aggregator on this port of this machine. */
  public TestSender(int port) {
    this.port = port;
  }

  /** Sends a message. */
  public Answer send(Message message, Message.Version version) {
    return post(message.body(version), version.contentType());
  }

  /** Sends a message as 2.0. */
  public Answer send(Message message) {
    return send(message, Message.Version.V2);
  }

  /** Sends a message of these series as 2.0. */
  public Answer send(Message.Series... series) {
    return send(Message.of(series));
  }

  /** Sends a message as 2.0 without waiting for the response. */
  public CompletableFuture<Answer> sendAsync(Message message) {
    Message.Version version = Message.Version.V2;
    return client
        .sendAsync(request(message.body(version), version.contentType()), BodyHandlers.ofString())
        .thenApply(TestSender::answer);
  }

  /** Posts a compressed body to the write endpoint. */
  public Answer post(byte[] body, String contentType) {
    return exchange(request(body, contentType));
  }

  private HttpRequest request(byte[] body, String contentType) {
    return to("/api/v1/write")
        .header("Content-Type", contentType)
        .header("Content-Encoding", "snappy")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  /** Starts a request to a path; {@link #exchange} sends it. */
  public HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(TIMEOUT);
  }

  /** Sends a GET to a path. */
  public Answer get(String path) {
    return exchange(to(path).GET().build());
  }

  /** Sends any request. */
  public Answer exchange(HttpRequest request) {
    try {
      return answer(client.send(request, BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new IllegalStateException("no response to " + request, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Answer answer(HttpResponse<String> response) {
    return new Answer(response.statusCode(), response.headers(), response.body());
  }

  /** The value of a meter in {@code /metrics}, summed over its label sets. */
  public double metric(String name) {
    List<Double> values = values(name);
    if (values.isEmpty()) {
      throw new IllegalStateException("/metrics has no " + name);
    }
    return sum(values);
  }

  /** The same for a counter by reason, which appears with its first increment. */
  public double counterByReason(String name) {
    return sum(values(name));
  }

  private static double sum(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }

  private List<Double> values(String name) {
    Pattern line = Pattern.compile("^" + name + "(?:\\{[^}]*})? (\\S+)$");
    return get("/metrics")
        .body()
        .lines()
        .map(line::matcher)
        .filter(Matcher::matches)
        .map(m -> Double.valueOf(m.group(1)))
        .toList();
  }
}
