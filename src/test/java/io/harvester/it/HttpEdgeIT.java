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
import io.harvester.testing.Message.Version;
import io.harvester.testing.RawConnection;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The edge under clients that behave oddly: every one is answered, and nothing is held for it. */
class HttpEdgeIT {
  private static final String V2 = "Content-Type: " + Version.V2.contentType();
  private static final long NOW = System.currentTimeMillis();
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private TestAggregator aggregator;
  private TestDatabase db;

  @BeforeEach
  void start(TestDatabase database) throws Exception {
    db = database;
    aggregator =
        TestAggregator.start(
            database,
            "--max-compressed-bytes=64KiB",
            "--max-connections=20",
            "--max-requests-in-flight=5",
            "--request-timeout=5s");
  }

  @AfterEach
  void nothing_is_held() throws Exception {
    try {
      Eventually.until(
          "no request in flight",
          () -> aggregator.sender().metric("harvester_requests_in_flight") == 0);
      assertEquals(0, aggregator.sender().metric("harvester_requests_in_flight_bytes"));
    } finally {
      aggregator.close();
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_refusal_before_the_body_leaves_the_connection_usable(TestDatabase ignored)
      throws Exception {
    byte[] junk = new byte[40_000];
    try (RawConnection c = connect()) {
      c.head("Content-Type: text/plain", "Content-Length: " + junk.length);
      answered(c, "415", "only application/x-protobuf is supported");
      c.bytes(junk);
      stored(c);
      c.head("Content-Type: text/plain", "Transfer-Encoding: chunked").chunk(junk);
      answered(c, "415", "only application/x-protobuf is supported");
      c.chunk(junk).chunk(new byte[0]);
      stored(c);
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_declared_size_over_the_limit_is_answered_although_the_body_comes(TestDatabase ignored)
      throws Exception {
    byte[] junk = new byte[8 << 20];
    try (RawConnection c = connect()) {
      c.head(V2, "Content-Length: " + junk.length).bytes(junk);
      answered(c, "413", "HARVESTER_MAX_COMPRESSED_BYTES");
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_chunked_body_over_the_limit_is_answered_although_it_goes_on(TestDatabase ignored)
      throws Exception {
    try (RawConnection c = connect()) {
      c.head(V2, "Transfer-Encoding: chunked");
      for (int i = 0; i < 200; i++) {
        c.chunk(new byte[40_000]);
      }
      c.chunk(new byte[0]);
      answered(c, "413", "the limit is 65536 (HARVESTER_MAX_COMPRESSED_BYTES)");
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_chunked_body_is_read(TestDatabase ignored) throws Exception {
    byte[] body = message();
    try (RawConnection c = connect()) {
      c.head(V2, "Transfer-Encoding: chunked");
      c.chunk(Arrays.copyOf(body, 5));
      Thread.sleep(50);
      c.chunk(Arrays.copyOfRange(body, 5, body.length)).chunk(new byte[0]);
      answered(c, "204", "x-prometheus-remote-write-samples-written: 1");
      stored(c);
    }
  }

  @EachTier(TestTier.POSTGRES)
  void pipelined_requests_are_answered_in_order(TestDatabase ignored) throws Exception {
    try (RawConnection c = connect()) {
      for (int i = 0; i < 4; i++) {
        byte[] body = message();
        c.head(V2, "Content-Length: " + body.length).bytes(body);
        c.head("Content-Type: text/plain", "Content-Length: 0");
      }
      for (int i = 0; i < 4; i++) {
        answered(c, "204", "samples-written: 1");
        answered(c, "415", "");
      }
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_client_that_waits_for_100_continue_gets_it(TestDatabase ignored) throws Exception {
    byte[] body = message();
    try (RawConnection c = connect()) {
      c.head(V2, "Content-Length: " + body.length, "Expect: 100-continue");
      answered(c, "100", "");
      c.bytes(body);
      answered(c, "204", "samples-written: 1");
      c.head("Content-Type: text/plain", "Content-Length: 10", "Expect: 100-continue");
      answered(c, "415", "");
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_body_that_does_not_come_is_answered_503(TestDatabase ignored) throws Exception {
    try (RawConnection c = connect()) {
      c.head(V2, "Content-Length: 100").bytes(new byte[10]);
      String answer = answered(c, "503", "did not arrive within 5 s (HARVESTER_REQUEST_TIMEOUT)");
      assertTrue(answer.contains("retry-after: "), answer);
      assertTrue(answer.contains("samples-written: 0"), answer);
      assertTrue(c.isClosed());
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_client_that_goes_away_holds_nothing(TestDatabase ignored) throws Exception {
    for (int i = 0; i < 10; i++) {
      leave(30_000, new byte[20_000]);
      byte[] body = message();
      leave(body.length, body);
    }
    Eventually.until(
        "what was sent whole is stored",
        () -> {
          // Again, as a sender does: those above may all have found the five places taken.
          byte[] body = message();
          leave(body.length, body);
          return Stored.rows(db) >= 1;
        });
  }

  /** Sends a request, or its beginning, and goes without waiting for an answer. */
  private void leave(int declared, byte[] sent) throws Exception {
    try (RawConnection c = connect()) {
      c.head(V2, "Content-Length: " + declared).bytes(sent);
    }
  }

  @EachTier(TestTier.POSTGRES)
  void too_many_requests_are_told_to_wait(TestDatabase ignored) throws Exception {
    RawConnection[] waiting = new RawConnection[5];
    for (int i = 0; i < waiting.length; i++) {
      waiting[i] = connect().head(V2, "Content-Length: 100");
    }
    Eventually.until(
        "all places taken", () -> aggregator.sender().metric("harvester_requests_in_flight") == 5);
    aggregator
        .send(series("up").with(at(NOW, 1)))
        .mustAskToRetry("HARVESTER_MAX_REQUESTS_IN_FLIGHT")
        .mustHaveWritten(0);
    for (RawConnection c : waiting) {
      c.close();
    }
  }

  @EachTier(TestTier.POSTGRES)
  void connections_are_bounded_and_places_are_given_back(TestDatabase ignored) throws Exception {
    for (int round = 0; round < 3; round++) {
      RawConnection[] idle = new RawConnection[30];
      for (int i = 0; i < idle.length; i++) {
        idle[i] = connect();
      }
      int refused = 0;
      for (RawConnection c : idle) {
        try {
          c.text("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n");
          c.answer();
        } catch (java.io.IOException e) {
          refused++;
        }
      }
      assertTrue(refused >= 10 && refused < 30, refused + " refused");
      for (RawConnection c : idle) {
        c.close();
      }
      Eventually.until("they are gone", () -> connections() <= 1);
    }
    aggregator.sender().get("/-/healthy").mustBe(200, "healthy");
  }

  @EachTier(TestTier.POSTGRES)
  void other_methods_and_paths_are_refused_in_words(TestDatabase ignored) throws Exception {
    var sender = aggregator.sender();
    assertEquals(
        "POST", sender.get("/api/v1/write").mustBe(405, "GET is not allowed").header("Allow"));
    assertEquals(
        "GET, HEAD",
        sender
            .exchange(sender.to("/metrics").POST(BodyPublishers.ofString("x")).build())
            .mustBe(405, "POST is not allowed here, only GET, HEAD")
            .header("Allow"));
    sender.get("/nothing").mustBe(404, "no such path: /nothing");
    sender.get("/-/healthy").mustBe(200, "healthy");
    sender.get("/-/ready").mustBe(200, "ready");
    sender.get("/").mustBe(200, "Harvester");
    try (RawConnection c = connect()) {
      c.text("HEAD /-/ready HTTP/1.1\r\nHost: x\r\n\r\nGET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n");
      Thread.sleep(300);
    }
    assertFalse(sender.get("/metrics").body().isEmpty());
  }

  @EachTier(TestTier.POSTGRES)
  void no_request_is_counted_as_answered_that_was_not(TestDatabase ignored) throws Exception {
    try (RawConnection c = connect()) {
      c.head(V2, "Content-Length: 30000").bytes(new byte[20_000]);
      Eventually.until(
          "it is being read",
          () -> aggregator.sender().metric("harvester_requests_in_flight") == 1);
    }
    Eventually.until(
        "it is gone", () -> aggregator.sender().metric("harvester_requests_in_flight") == 0);
    String metrics = aggregator.sender().get("/metrics").body();
    assertFalse(
        metrics.contains(
            "harvester_http_request_duration_seconds_count{route=\"/api/v1/write\",status=\"200\"}"),
        metrics);
  }

  /** That are open, the one that asks among them; infinitely many if there is no room for it. */
  private double connections() {
    try {
      return aggregator.sender().metric("harvester_http_connections");
    } catch (IllegalStateException e) {
      return Double.POSITIVE_INFINITY;
    }
  }

  private RawConnection connect() throws Exception {
    return new RawConnection(aggregator.port());
  }

  private static byte[] message() {
    return Message.of(series("up", "node", "n").with(at(NOW + NUMBER.incrementAndGet(), 1)))
        .body(Version.V2);
  }

  private static void stored(RawConnection c) throws Exception {
    byte[] body = message();
    c.head(V2, "Content-Length: " + body.length).bytes(body);
    answered(c, "204", "samples-written: 1");
  }

  private static String answered(RawConnection c, String status, String fragment) throws Exception {
    String answer = c.answer();
    assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
    assertTrue(answer.contains(fragment), answer);
    return answer;
  }
}
