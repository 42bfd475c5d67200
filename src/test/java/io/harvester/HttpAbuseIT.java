package io.harvester;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.testing.Await;
import io.harvester.testing.EachTier;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.Tier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Clients that misbehave: they are cut off, and others are served meanwhile. */
class HttpAbuseIT {
  private static final String HEAD = "POST /api/v1/write HTTP/1.1\r\nHost: x\r\n";

  @EachTier(Tier.POSTGRES)
  void who_sends_slowly_is_cut_off(TestDatabase db) throws Exception {
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

  @EachTier(Tier.POSTGRES)
  void thousands_of_idle_connections_hold_nobody_up_and_are_closed(TestDatabase db)
      throws Exception {
    List<Socket> idle = new ArrayList<>();
    try (TestAggregator a = TestAggregator.start(db, "--request-timeout=5s")) {
      for (int i = 0; i < 2000; i++) {
        idle.add(connect(a));
      }
      a.sender().get("/-/ready").mustBe(200, "ready");
      Await.until(
          "idle connections are closed",
          () -> a.sender().metric("harvester_http_connections") < 100);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @EachTier(Tier.POSTGRES)
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
      assertEquals(0, a.sender().metric("harvester_requests_in_flight"));
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
