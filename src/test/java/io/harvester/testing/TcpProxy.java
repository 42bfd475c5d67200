// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

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
 * A proxy between aggregator and PostgreSQL that breaks connections: all of them on request, or one
 * at its next COMMIT.
 */
public final class TcpProxy implements AutoCloseable {
  /** The point of a COMMIT at which a connection breaks. */
  public enum Cut {
    /** The server does not receive the COMMIT: nothing is stored. */
    BEFORE,
    /** The server receives the COMMIT and the connection breaks: stored or not. */
    DURING,
    /** The server has committed; its answer is dropped. */
    AFTER
  }

  private final ServerSocket server;
  private final String targetHost;
  private final int targetPort;
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Cut> armed = new AtomicReference<>();
  private final Map<Cut, Integer> cuts = new EnumMap<>(Cut.class);

  /** Listens on a loopback port; 0 chooses a free one. */
  public TcpProxy(int listenPort, String targetHost, int targetPort) throws IOException {
    this.server = new ServerSocket(listenPort, 64, InetAddress.getLoopbackAddress());
    this.targetHost = targetHost;
    this.targetPort = targetPort;
    daemon("proxy-accept", this::accept);
  }

  /** The port to which the aggregator connects. */
  public int port() {
    return server.getLocalPort();
  }

  /** Breaks the connection of the next COMMIT, at a random point. */
  public Cut breakNextCommit() {
    Cut cut = Cut.values()[ThreadLocalRandom.current().nextInt(Cut.values().length)];
    breakNextCommit(cut);
    return cut;
  }

  /** Breaks the connection of the next COMMIT, at this point. */
  public void breakNextCommit(Cut cut) {
    armed.set(cut);
  }

  /** Whether a requested break has not happened yet. */
  public boolean armed() {
    return armed.get() != null;
  }

  /** Breaks all connections now. */
  public void breakAll() {
    connections.forEach(ProxiedConnection::close);
  }

  /** Number of connections that were broken at a COMMIT, by point. */
  public synchronized Map<Cut, Integer> cuts() {
    return new EnumMap<>(cuts);
  }

  /** Closes the port and breaks all connections. */
  public void stop() throws IOException {
    server.close();
    breakAll();
  }

  @Override
  public void close() throws IOException {
    stop();
  }

  /** Called by a connection at a COMMIT: the point at which to break, or null. */
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

  /** Runs a task on a daemon thread. */
  public static void daemon(String name, Runnable task) {
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
          // The database is down: the aggregator sees a closed connection.
          client.close();
        }
      } catch (IOException e) {
        // The proxy is closed, or the client has closed its connection.
      }
    }
  }
}
