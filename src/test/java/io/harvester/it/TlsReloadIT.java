// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.Certificates;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.Message.Version;
import io.harvester.testing.RawConnection;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;

/** A certificate is exchanged on disk while senders send. */
class TlsReloadIT {
  private static final long NOW = System.currentTimeMillis();
  private static final Duration AT_MOST = Duration.ofSeconds(10);

  @TempDir Path folder;
  private final AtomicBoolean done = new AtomicBoolean();
  private final List<Client> clients = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @EachTier(TestTier.POSTGRES)
  void new_connections_get_the_new_certificate_and_no_request_fails(TestDatabase db)
      throws Exception {
    Certificates authority = new Certificates(folder).sign("one").sign("two");
    try (TestAggregator aggregator =
        TestAggregator.start(
            db,
            "--tls-certificate=" + authority.certificate("one", "server.crt"),
            "--tls-key=" + authority.key("one", "server.key"))) {
      for (int i = 0; i < 6; i++) {
        clients.add(new Client(i, aggregator.port(), authority.trusting()));
      }
      List<Future<Void>> running = clients.stream().map(threads::submit).toList();
      everyoneSends();
      authority.certificate("two", "server.crt"); // half of it: the key is still the old one
      Thread.sleep(5000);
      everyoneSends();
      long swap = System.nanoTime();
      authority.key("two", "server.key");
      Thread.sleep(AT_MOST.toMillis());
      everyoneSends();
      done.set(true);
      for (Future<Void> each : running) {
        each.get(); // fails if a request did
      }
      everyoneSawTheNewOne(authority, swap);
      assertEquals(sent(), Stored.byNumberAndTime(db));
      assertEquals(sent().size(), Stored.rows(db));
      assertEquals(0, Stored.duplicates(db));
    } finally {
      done.set(true);
      threads.shutdown();
    }
  }

  /** Waits until each client has got some more answers, or has failed. */
  private void everyoneSends() throws Exception {
    for (Client client : clients) {
      int before = client.answered;
      Eventually.until(client + " sends", () -> client.ended || client.answered >= before + 20);
    }
  }

  private void everyoneSawTheNewOne(Certificates authority, long swap) throws Exception {
    Certificate old = authority.certificate("one");
    Certificate fresh = authority.certificate("two");
    for (Client client : clients) {
      for (Connected connection : client.connected) {
        long after = connection.nanoTime() - swap;
        if (after < 0) {
          assertEquals(old, connection.shown(), "a pair is taken over as a whole");
        } else if (after > AT_MOST.toNanos()) {
          assertEquals(fresh, connection.shown(), client + " connected " + after + " ns after");
        }
      }
      Connected last = client.connected.get(client.connected.size() - 1);
      assertEquals(client.keepsConnection() ? old : fresh, last.shown(), client.toString());
    }
  }

  private Map<String, Long> sent() {
    Map<String, Long> all = new TreeMap<>();
    for (Client client : clients) {
      for (int i = 0; i < client.answered; i++) {
        all.put(client.number + "@" + (NOW + i), Double.doubleToRawLongBits(i));
      }
    }
    return all;
  }

  private record Connected(long nanoTime, Certificate shown) {}

  /** Sends one sample after the other, each of them once, and counts those answered 204. */
  private final class Client implements Callable<Void> {
    private final int number;
    private final int port;
    private final SSLContext tls;
    private final List<Connected> connected = new ArrayList<>();
    private volatile int answered;
    private volatile boolean ended;

    Client(int number, int port, SSLContext tls) {
      this.number = number;
      this.port = port;
      this.tls = tls;
    }

    /** One connection from the beginning to the end, or a new one for each request. */
    boolean keepsConnection() {
      return number % 2 == 0;
    }

    @Override
    public Void call() throws Exception {
      try {
        while (!done.get()) {
          try (RawConnection connection = connect()) {
            do {
              send(connection);
            } while (keepsConnection() && !done.get());
          }
        }
        return null;
      } finally {
        ended = true;
      }
    }

    private RawConnection connect() throws Exception {
      long now = System.nanoTime();
      SSLSocket socket =
          (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
      RawConnection connection = new RawConnection(socket);
      socket.startHandshake();
      connected.add(new Connected(now, socket.getSession().getPeerCertificates()[0]));
      return connection;
    }

    private void send(RawConnection connection) throws Exception {
      int sample = answered;
      byte[] body =
          Message.of(
                  series("up", "node", "lab", "n", Integer.toString(number))
                      .with(at(NOW + sample, sample)))
              .body(Version.V2);
      connection
          .head(
              "Content-Type: " + Version.V2.contentType(),
              "Content-Encoding: snappy",
              "Content-Length: " + body.length)
          .bytes(body);
      String answer = connection.answer();
      assertTrue(answer.startsWith("HTTP/1.1 204"), answer);
      assertTrue(answer.contains("samples-written: 1"), answer);
      answered = sample + 1;
      Thread.sleep(5);
    }

    @Override
    public String toString() {
      return "client " + number + (keepsConnection() ? ", one connection" : ", new connections");
    }
  }
}
