package io.harvester;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.testing.Await;
import io.harvester.testing.Certificates;
import io.harvester.testing.EachTier;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.Tier;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;

/** A certificate is exchanged on disk while senders send. */
class TlsReloadIT {
  @TempDir Path folder;
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicBoolean done = new AtomicBoolean();

  @EachTier(Tier.POSTGRES)
  void new_connections_get_the_new_certificate_and_no_request_fails(TestDatabase db)
      throws Exception {
    Certificates authority = new Certificates(folder).sign("one").sign("two");
    SSLContext tls = authority.trusting();
    try (TestAggregator aggregator =
        TestAggregator.start(
            db,
            "--tls-certificate=" + authority.certificate("one", "server.crt"),
            "--tls-key=" + authority.key("one", "server.key"))) {
      Thread keeping = load(aggregator.port(), tls, false);
      Thread reconnecting = load(aggregator.port(), tls, true);
      assertEquals(authority.certificate("one"), shown(aggregator.port(), tls));

      authority.certificate("two", "server.crt"); // half of it: the key is still the old one
      Thread.sleep(5000);
      assertEquals(authority.certificate("one"), shown(aggregator.port(), tls));
      authority.key("two", "server.key");
      Certificate expected = authority.certificate("two");
      Await.until(
          "the new certificate is shown",
          Duration.ofSeconds(10),
          () -> expected.equals(shown(aggregator.port(), tls)));

      Thread.sleep(1000);
      done.set(true);
      keeping.join();
      reconnecting.join();
      assertEquals(0, failed.get(), () -> "of " + answered.get() + " requests");
    }
  }

  private Thread load(int port, SSLContext tls, boolean reconnect) {
    URI uri = URI.create("https://127.0.0.1:" + port + "/-/ready");
    Thread thread =
        new Thread(
            () -> {
              HttpClient client = client(tls);
              while (!done.get()) {
                try {
                  int status =
                      client
                          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                          .statusCode();
                  (status == 200 ? answered : failed).incrementAndGet();
                  Thread.sleep(20);
                } catch (Exception e) {
                  failed.incrementAndGet();
                }
                client = reconnect ? client(tls) : client;
              }
            });
    thread.start();
    return thread;
  }

  private static HttpClient client(SSLContext tls) {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls).build();
  }

  private static Certificate shown(int port, SSLContext tls) throws Exception {
    try (Socket socket =
        tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
      ((SSLSocket) socket).startHandshake();
      return ((SSLSocket) socket).getSession().getPeerCertificates()[0];
    }
  }
}
