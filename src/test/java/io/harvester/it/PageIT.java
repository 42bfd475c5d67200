// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** How the files of the page are served. */
class PageIT {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"\\./([^\"]+)\"");

  /** What is loaded before the explore page is opened, in bytes as sent. */
  private static final int MAX_BYTES = 60_000;

  private static boolean isBuilt() {
    return PageIT.class.getResource("/web/files.txt") != null;
  }

  private static void mustBeBuilt() {
    assumeTrue(isBuilt(), "this build has no page: it was built without npm");
  }

  private static HttpResponse<byte[]> send(
      TestAggregator a, String method, String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + a.port() + path))
            .method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static List<String> references(String html) {
    return REFERENCE.matcher(html).results().map((MatchResult m) -> m.group(1)).toList();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @EachTier(TestTier.POSTGRES)
  void a_build_without_the_page_says_so(TestDatabase db) throws Exception {
    assumeTrue(!isBuilt(), "this build has the page");
    try (TestAggregator a = TestAggregator.start(db)) {
      HttpResponse<byte[]> index = send(a, "GET", "/");
      assertEquals(200, index.statusCode());
      assertTrue(text(index.body()).contains("no page"), text(index.body()));
    }
  }

  @EachTier(TestTier.POSTGRES)
  void the_document_needs_no_credential_and_allows_nothing_from_elsewhere(TestDatabase db)
      throws Exception {
    mustBeBuilt();
    try (TestAggregator a = TestAggregator.start(db, "--authentication=required")) {
      HttpResponse<byte[]> index = send(a, "GET", "/");
      assertEquals(200, index.statusCode());
      assertEquals("text/html; charset=utf-8", header(index, "Content-Type"));
      assertEquals("no-cache", header(index, "Cache-Control"));
      assertEquals("nosniff", header(index, "X-Content-Type-Options"));
      String policy = header(index, "Content-Security-Policy");
      assertTrue(policy.startsWith("default-src 'self';"), policy);
      assertTrue(policy.contains("frame-ancestors 'none'"), policy);
      assertFalse(policy.contains("unsafe"), policy);
      String html = text(index.body());
      assertFalse(html.matches("(?s).*<script(?![^>]* src=).*"), html); // none inline
      assertFalse(html.contains("style=") || html.contains("<style"), html);
      assertFalse(html.contains("://"), html);
    }
  }

  @EachTier(TestTier.POSTGRES)
  void assets_are_compressed_and_kept_for_ever(TestDatabase db) throws Exception {
    mustBeBuilt();
    try (TestAggregator a = TestAggregator.start(db)) {
      int bytes = 0;
      List<String> paths = new ArrayList<>(List.of(""));
      paths.addAll(references(text(send(a, "GET", "/").body())));
      assertTrue(paths.size() >= 3, paths.toString());
      for (String path : paths) {
        HttpResponse<byte[]> plain = send(a, "GET", "/" + path);
        assertEquals(200, plain.statusCode(), path);
        HttpResponse<byte[]> zipped = send(a, "GET", "/" + path, "Accept-Encoding", "gzip, br");
        assertEquals("gzip", header(zipped, "Content-Encoding"), path);
        assertEquals("Accept-Encoding", header(zipped, "Vary"), path);
        assertEquals(text(plain.body()), text(unzipped(zipped.body())), path);
        bytes += zipped.body().length;
        String etag = header(plain, "ETag");
        HttpResponse<byte[]> known = send(a, "GET", "/" + path, "If-None-Match", "W/" + etag);
        assertEquals(304, known.statusCode(), path);
        assertEquals(0, known.body().length, path);
        assertEquals(200, send(a, "GET", "/" + path, "If-None-Match", "\"x\"").statusCode(), path);
        HttpResponse<byte[]> head = send(a, "HEAD", "/" + path);
        assertEquals(200, head.statusCode(), path);
        assertEquals(etag, header(head, "ETag"), path);
        assertEquals(0, head.body().length, path);
        assertEquals(
            path.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache",
            header(plain, "Cache-Control"),
            path);
      }
      assertTrue(bytes <= MAX_BYTES, "the page is of " + bytes + " bytes");
    }
  }

  private static byte[] unzipped(byte[] bytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }

  @EachTier(TestTier.POSTGRES)
  void the_page_is_below_the_base_path_too(TestDatabase db) throws Exception {
    mustBeBuilt();
    try (TestAggregator a = TestAggregator.start(db, "--base-path=/harvester")) {
      HttpResponse<byte[]> index = send(a, "GET", "/harvester/");
      assertEquals(200, index.statusCode());
      for (String path : references(text(index.body()))) {
        assertEquals(200, send(a, "GET", "/harvester/" + path).statusCode(), path);
      }
      assertEquals(200, send(a, "GET", "/harvester/api/fleet").statusCode());
      HttpResponse<byte[]> bare = send(a, "GET", "/harvester");
      assertEquals(308, bare.statusCode());
      assertEquals("/harvester/", header(bare, "Location"));
    }
  }

  @EachTier(TestTier.POSTGRES)
  void other_paths_and_methods_are_refused(TestDatabase db) throws Exception {
    mustBeBuilt();
    try (TestAggregator a = TestAggregator.start(db)) {
      for (String path :
          List.of(
              "/assets/",
              "/assets/missing.js",
              "/assets/..%2Findex.html",
              "/assets/index.html",
              "/files.txt",
              "/index.html.gz")) {
        assertEquals(404, send(a, "GET", path).statusCode(), path);
      }
      assertEquals(405, send(a, "POST", "/").statusCode());
      assertEquals("GET, HEAD", header(send(a, "POST", "/"), "Allow"));
    }
  }

  @EachTier(TestTier.POSTGRES)
  void the_page_is_not_on_the_listener_of_operators(TestDatabase db) throws Exception {
    mustBeBuilt();
    int management = TestAggregator.freePort();
    try (TestAggregator a =
        TestAggregator.start(db, "--management-listen=127.0.0.1:" + management)) {
      HttpRequest index =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/")).build();
      String body = CLIENT.send(index, BodyHandlers.ofString()).body();
      assertEquals("Harvester aggregator: /-/healthy, /-/ready, /metrics\n", body);
      assertTrue(text(send(a, "GET", "/").body()).contains("<html"));
    }
  }
}
