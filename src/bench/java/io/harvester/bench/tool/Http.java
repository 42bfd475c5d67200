// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.tool;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Single requests for control and inspection; the load has its own connections. */
public final class Http {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RESPONSE_TIMEOUT = Duration.ofMinutes(5);

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  private Http() {}

  /** The status of a GET, or 0 if there is no response. */
  public static int statusOf(URI url) throws InterruptedException {
    try {
      return CLIENT
          .send(request(url).GET().build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /** The body of a GET; any status but 2xx is an error. */
  public static String get(URI url) throws IOException, InterruptedException {
    return text(request(url).GET().build());
  }

  /** The body of a POST without a body; any status but 2xx is an error. */
  public static String post(URI url) throws IOException, InterruptedException {
    return text(request(url).POST(HttpRequest.BodyPublishers.noBody()).build());
  }

  /** The response to a POST, whatever its status; headers as name, value, name, value, …. */
  public static HttpResponse<byte[]> post(URI url, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest request =
        request(url).headers(headers).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  private static HttpRequest.Builder request(URI url) {
    return HttpRequest.newBuilder(url).timeout(RESPONSE_TIMEOUT);
  }

  private static String text(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(request.uri() + ": " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }
}
