package io.harvester.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between an aggregator and PostgreSQL and breaks their connections: all of them on command,
 * or one at its next COMMIT.
 */
final class TcpProxy implements AutoCloseable {
  /** Where in a COMMIT a connection breaks. */
  enum Cut {
    /** The server never sees the COMMIT: nothing is stored. */
    BEFORE,
    /** The server gets the COMMIT and the connection is gone: either may be. */
    DURING,
    /** The server has committed, and its answer is lost. */
    AFTER
  }

  private final ServerSocket server;
  private final String targetHost;
  private final int targetPort;
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Cut> armed = new AtomicReference<>();
  private final Map<Cut, Integer> cuts = new EnumMap<>(Cut.class);

  /** Listens on a loopback port; 0 chooses a free one. */
  TcpProxy(int listenPort, String targetHost, int targetPort) throws IOException {
    this.server = new ServerSocket(listenPort, 64, InetAddress.getLoopbackAddress());
    this.targetHost = targetHost;
    this.targetPort = targetPort;
    daemon("proxy-accept", this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** The next COMMIT on any connection breaks that connection, at a place chosen at random. */
  Cut breakNextCommit() {
    Cut cut = Cut.values()[ThreadLocalRandom.current().nextInt(Cut.values().length)];
    armed.set(cut);
    return cut;
  }

  /** Whether a break is still waiting for its COMMIT. */
  boolean armed() {
    return armed.get() != null;
  }

  /** Breaks every connection now. */
  void breakAll() {
    connections.forEach(ProxiedConnection::close);
  }

  /** How many connections broke at a COMMIT, by place. */
  synchronized Map<Cut, Integer> cuts() {
    return new EnumMap<>(cuts);
  }

  @Override
  public void close() throws IOException {
    server.close();
    breakAll();
  }

  /** Called by a connection at a COMMIT: whether and where to break. */
  Cut takeCut() {
    Cut cut = armed.getAndSet(null);
    if (cut != null) {
      synchronized (this) {
        cuts.merge(cut, 1, Integer::sum);
      }
    }
    return cut;
  }

  void forget(ProxiedConnection connection) {
    connections.remove(connection);
  }

  static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        try {
          ProxiedConnection connection =
              new ProxiedConnection(this, client, new Socket(targetHost, targetPort));
          connections.add(connection);
          connection.start();
        } catch (IOException e) {
          // The database is down: the aggregator sees its connection refused or closed, as it is.
          client.close();
        }
      } catch (IOException e) {
        // Closed, or a client that went away while it was accepted.
      }
    }
  }
}
