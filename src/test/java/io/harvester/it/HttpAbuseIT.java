// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static java.lang.management.ManagementFactory.getOperatingSystemMXBean;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.IdleClients;
import io.harvester.testing.Message;
import io.harvester.testing.Message.Version;
import io.harvester.testing.RawConnection;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestSender;
import io.harvester.testing.TestTier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

/** Clients that misbehave: they are cut off, and others are served meanwhile. */
class HttpAbuseIT {
  private static final String HEAD = "POST /api/v1/write HTTP/1.1\r\nHost: x\r\n";
  private static final long NOW = System.currentTimeMillis();
  private static final int IDLE = 10_000;
  private static final int SENDERS = 20;
  private static final Duration PROMPT = Duration.ofSeconds(5);
  private static final int MAX_MIB = 640;

  @TempDir private Path folder;

  @EachTier(TestTier.POSTGRES)
  void a_client_that_sends_slowly_is_disconnected(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db, "--request-timeout=2s");
        Socket head = connect(a);
        Socket body = connect(a)) {
      send(body, HEAD + "Content-Length: 100\r\n\r\n");
      long start = System.nanoTime();
      boolean open = true;
      for (int i = 0; open && i < 200; i++) {
        try {
          send(head, i == 0 ? HEAD : "X");
          Thread.sleep(100);
        } catch (IOException e) {
          open = false;
        }
      }
      assertFalse(open, "the head that trickles in is given up");
      assertTrue(System.nanoTime() - start < Duration.ofSeconds(15).toNanos());
      assertTrue(received(body).startsWith("HTTP/1.1 503"), "so is the body that does not come");
      assertEquals(0, a.sender().metric("harvester_requests_in_flight"));
      a.sender().get("/-/ready").mustBe(200, "ready");
    }
  }

  @EachTier(TestTier.POSTGRES)
  void ten_thousand_idle_connections_delay_no_sender_and_leave_nothing(TestDatabase db)
      throws Exception {
    long limit =
        ((UnixOperatingSystemMXBean) getOperatingSystemMXBean()).getMaxFileDescriptorCount();
    assumeTrue(limit >= IDLE + 1000, "the limit of open files is too low: " + limit);
    try (JarProcess a = JarProcess.start(folder, db)) {
      serves(a, 1);
      long files = a.files();
      long sockets = a.sockets();
      try (IdleClients idle = new IdleClients(a.port(), IDLE)) {
        servesBeside(idle, a, 2);
        Eventually.until("they are closed", Duration.ofSeconds(60), () -> open(a) < 100);
      }
      try (IdleClients idle = new IdleClients(a.port(), IDLE)) {
        servesBeside(idle, a, 3);
        assertTrue(a.sockets() >= IDLE, "what is counted are connections");
      }
      Eventually.until("they are gone", () -> open(a) < 100);
      serves(a, 4);
      assertEquals(4 * SENDERS, Stored.rows(db));
      String left =
          "files %d, before %d; sockets in memory %d, before %d; at most %d MiB"
              .formatted(a.files(), files, a.sockets(), sockets, a.peakMiB());
      System.out.println(left);
      assertTrue(a.files() < files + 100, left);
      assertTrue(a.sockets() < sockets + 100, left);
      assertTrue(a.peakMiB() < MAX_MIB, left);
      assertFalse(a.log().matches("(?s).*(OutOfMemory|Too many open files).*"), a.log());
    }
  }

  private static void servesBeside(IdleClients idle, JarProcess a, int round) throws Exception {
    Eventually.until("all are open", () -> open(a) >= idle.count());
    serves(a, round);
    assertTrue(open(a) >= idle.count(), "none was closed for it");
    assertTrue(a.files() >= idle.count());
  }

  /** Writes of old and new senders, and probes, are answered at once. */
  private static void serves(JarProcess a, int round) {
    long slowest = 0;
    for (int i = 0; i < SENDERS; i++) {
      TestSender sender = i % 2 == 0 ? a.sender() : new TestSender(a.port());
      long start = System.nanoTime();
      sender.send(series("up", "node", "n" + i).with(at(NOW + round, 1))).mustBeStored();
      sender.get("/-/healthy").mustBe(200, "healthy");
      sender.get("/-/ready").mustBe(200, "ready");
      slowest = Math.max(slowest, System.nanoTime() - start);
    }
    System.out.println("round " + round + ": the slowest took " + slowest / 1_000_000 + " ms");
    assertTrue(slowest < PROMPT.toNanos(), "the slowest took " + Duration.ofNanos(slowest));
  }

  private static double open(JarProcess a) {
    return a.sender().metric("harvester_http_connections");
  }

  @EachTier(TestTier.POSTGRES)
  void idle_clients_at_the_connection_limit_keep_no_sender_out(TestDatabase db) throws Exception {
    int management = TestAggregator.freePort();
    try (TestAggregator a =
        TestAggregator.start(
            db,
            "--management-listen=127.0.0.1:" + management,
            "--max-connections=50",
            "--request-timeout=300s")) {
      TestSender operator = new TestSender(management);
      double before = operator.metric("harvester_http_connections");
      for (String first : List.of("", "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")) {
        try (IdleClients strangers = new IdleClients(a.port(), 50)) {
          strangers.send(first);
          Eventually.until(
              "all places are taken", () -> operator.metric("harvester_http_connections") >= 50);
          new TestSender(management).get("/-/healthy").mustBe(200, "healthy");
          for (int i = 0; i < 10; i++) {
            Eventually.until("a new sender is accepted", () -> isAccepted(a.port()));
          }
          assertTrue(operator.metric("harvester_http_connections") >= 40, "few had to go");
        }
        // All but the operators: who is going yet would take a place of the next strangers.
        Eventually.until(
            "they are gone", () -> operator.metric("harvester_http_connections") <= before + 2);
      }
    }
  }

  private static boolean isAccepted(int port) {
    byte[] body = Message.of(series("up", "node", "n").with(at(NOW, 1))).body(Version.V2);
    try (RawConnection c = new RawConnection(port)) {
      c.head("Content-Type: " + Version.V2.contentType(), "Content-Length: " + body.length);
      String answer = c.bytes(body).answer();
      assertTrue(answer.startsWith("HTTP/1.1 204"), answer);
      return true;
    } catch (IOException e) {
      return false; // closed at once
    }
  }

  @EachTier(TestTier.POSTGRES)
  void garbage_and_ambiguous_requests_end_their_connection(TestDatabase db) throws Exception {
    byte[] noise = new byte[20_000];
    new Random(1).nextBytes(noise);
    String second = "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n";
    List<byte[]> probes = new ArrayList<>();
    probes.add(noise);
    probes.add("\r\n\r\n\0\0\0 / HTTP/9.9\r\n\r\n".repeat(100).getBytes(StandardCharsets.UTF_8));
    probes.add(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3}); // a TLS hello
    probes.add("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    for (String ambiguous :
        List.of(
            "Content-Length: 0\r\nContent-Length: 40\r\n",
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Transfer-Encoding : chunked\r\nContent-Length: 4\r\n",
            "Content-Length: +4\r\n",
            "Content-Length: 4, 4, 5\r\n",
            "Content-Length: -1\r\n")) {
      probes.add((HEAD + ambiguous + "\r\n0\r\n\r\n" + second).getBytes(StandardCharsets.UTF_8));
    }
    try (TestAggregator a = TestAggregator.start(db, "--request-timeout=2s")) {
      for (byte[] probe : probes) {
        try (Socket socket = connect(a)) {
          socket.getOutputStream().write(probe);
          String answer = received(socket);
          System.out.println(
              new String(probe, 0, Math.min(120, probe.length), StandardCharsets.ISO_8859_1)
                      .replaceAll("[^ -~]+", "|")
                  + " => "
                  + answer.lines().filter(l -> l.startsWith("HTTP")).toList());
          assertFalse(answer.contains("healthy"), "nothing is smuggled in behind a request");
        }
      }
      Eventually.until(
          "they hold nothing", () -> a.sender().metric("harvester_requests_in_flight") == 0);
      a.sender().get("/-/ready").mustBe(200, "ready");
    }
  }

  private static Socket connect(TestAggregator a) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), a.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  /** Everything until the other side closes. */
  private static String received(Socket socket) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (InputStream in = socket.getInputStream()) {
      in.transferTo(all);
    } catch (IOException e) {
      return all.toString(StandardCharsets.ISO_8859_1); // reset: that is an end too
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }
}
