package io.harvester.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Small questions to a server; not for load. */
final class Http {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private Http() {}

  /** The status of a GET, or 0 without an answer. */
  static int statusOf(URI url) throws InterruptedException {
    try {
      return CLIENT
          .send(request(url).GET().build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  static String get(URI url) throws IOException, InterruptedException {
    return text(request(url).GET().build());
  }

  static String post(URI url) throws IOException, InterruptedException {
    return text(request(url).POST(HttpRequest.BodyPublishers.noBody()).build());
  }

  static HttpResponse<byte[]> post(URI url, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest request =
        request(url).headers(headers).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  private static HttpRequest.Builder request(URI url) {
    return HttpRequest.newBuilder(url).timeout(Duration.ofMinutes(5));
  }

  private static String text(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(request.uri() + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }
}
