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
 * Stands between an aggregator and PostgreSQL and breaks their connections: all of them on command,
 * or one at its next COMMIT.
 */
public final class TcpProxy implements AutoCloseable {
  /** Where in a COMMIT a connection breaks. */
  public enum Cut {
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
  public TcpProxy(int listenPort, String targetHost, int targetPort) throws IOException {
    this.server = new ServerSocket(listenPort, 64, InetAddress.getLoopbackAddress());
    this.targetHost = targetHost;
    this.targetPort = targetPort;
    daemon("proxy-accept", this::accept);
  }

  /** Where the aggregator has to connect. */
  public int port() {
    return server.getLocalPort();
  }

  /** The next COMMIT on any connection breaks that connection, at a place chosen at random. */
  public Cut breakNextCommit() {
    Cut cut = Cut.values()[ThreadLocalRandom.current().nextInt(Cut.values().length)];
    breakNextCommit(cut);
    return cut;
  }

  /** The next COMMIT on any connection breaks that connection, at that place. */
  public void breakNextCommit(Cut cut) {
    armed.set(cut);
  }

  /** Whether a break is still waiting for its COMMIT. */
  public boolean armed() {
    return armed.get() != null;
  }

  /** Breaks every connection now. */
  public void breakAll() {
    connections.forEach(ProxiedConnection::close);
  }

  /** How many connections broke at a COMMIT, by place. */
  public synchronized Map<Cut, Integer> cuts() {
    return new EnumMap<>(cuts);
  }

  /** From now on nobody reaches the database. */
  public void stop() throws IOException {
    server.close();
    breakAll();
  }

  @Override
  public void close() throws IOException {
    stop();
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

  /** Runs a task on a thread that does not keep the process alive. */
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
          // The database is down: the aggregator sees its connection refused or closed, as it is.
          client.close();
        }
      } catch (IOException e) {
        // Closed, or a client that went away while it was accepted.
      }
    }
  }
}
