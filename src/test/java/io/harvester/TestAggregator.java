// SPDX-License-Identifier: Apache-2.0
package io.harvester;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.testing.Answer;
import io.harvester.testing.Message;
import io.harvester.testing.Message.Version;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestSender;
import io.harvester.testing.TestSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The whole service in this process, against a test's database. */
public final class TestAggregator implements AutoCloseable {
  private final Aggregator aggregator;
  private final int port;
  private final TestSender sender;

  private TestAggregator(Aggregator aggregator, int port) {
    this.aggregator = aggregator;
    this.port = port;
    this.sender = new TestSender(port);
  }

  /** Asserts that no aggregator starts on a database, and that the error contains the reason. */
  public static void mustNotStart(String databaseUrl, String reason, String... settings) {
    String message =
        assertThrows(Exception.class, () -> start(databaseUrl, settings).close()).getMessage();
    assertTrue(message.contains(reason), message);
  }

  /** Starts it; further settings as on the command line. */
  public static TestAggregator start(TestDatabase db, String... settings) throws Exception {
    return start(db.url(), settings);
  }

  public static TestAggregator start(String databaseUrl, String... settings) throws Exception {
    int port = freePort();
    List<String> all =
        new ArrayList<>(
            List.of("--listen=127.0.0.1:" + port, "--database-url=" + databaseUrl, "--warmup=0s"));
    all.addAll(List.of(settings));
    Aggregator aggregator = new Aggregator(TestSettings.of(all, Map.of()));
    try {
      aggregator.start();
    } catch (StartException e) {
      aggregator.stop();
      throw e;
    }
    return new TestAggregator(aggregator, port);
  }

  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  public int port() {
    return port;
  }

  public TestSender sender() {
    return sender;
  }

  public Answer send(Message.Series... series) {
    return sender.send(series);
  }

  /** Sends a message, and waits for the answer. */
  public Answer send(Message message, Version version) {
    return sender.send(message, version);
  }

  @Override
  public void close() {
    aggregator.stop();
  }
}
