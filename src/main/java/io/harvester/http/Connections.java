// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections of one event loop. Closes those on which no complete request head arrives in
 * time: a client that sends a byte now and then is never idle for the server, but takes up a
 * connection. At the limit, the connection that has been idle for longest is closed in favour of
 * the new one, so that idle clients do not keep senders out.
 *
 * <p>Thread-safe: the threads of queries end their answers themselves. Connections are closed
 * without the lock, because a thread that ends an answer has locked its connection.
 */
public final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A client that has just connected is about to send: its connection is not closed. */
  private static final long SILENT_GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Neither is that of a client that sends every few seconds, as Prometheus does. */
  private static final long RESTING_GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final AtomicInteger open;
  private final int max;
  private final long firstRequestNanos;
  private final long nextRequestNanos;

  /** Connections without a request so far, by the time they opened; the oldest first. */
  private final Map<HttpConnection, Long> silent = new LinkedHashMap<>();

  /** Connections between two requests, by the time of the last answer; the oldest first. */
  private final Map<HttpConnection, Long> resting = new LinkedHashMap<>();

  /** Connections with requests in progress, and their number. */
  private final Map<HttpConnection, Integer> busy = new HashMap<>();

  private long loggedAt = System.nanoTime() - LOG_EVERY_NANOS;

  /**
   * Starts without connections.
   *
   * @param open counts connections over all event loops
   * @param max bounds {@code open}
   * @param firstRequest time for the head of a connection's first request
   * @param nextRequest time from an answer to the next complete head
   */
  public Connections(AtomicInteger open, int max, Duration firstRequest, Duration nextRequest) {
    this.open = open;
    this.max = max;
    this.firstRequestNanos = firstRequest.toNanos();
    this.nextRequestNanos = nextRequest.toNanos();
  }

  /** Accepts a new connection, or closes it at once. */
  public void opened(HttpConnection connection) {
    connection.closeHandler(v -> closed(connection));
    if (open.incrementAndGet() <= max || makeRoom()) {
      addSilent(connection);
    } else {
      connection.close();
    }
  }

  private synchronized void addSilent(HttpConnection connection) {
    silent.put(connection, System.nanoTime());
  }

  private synchronized void closed(HttpConnection connection) {
    open.decrementAndGet();
    silent.remove(connection);
    resting.remove(connection);
    busy.remove(connection);
  }

  synchronized void requestBegins(HttpConnection connection) {
    if (silent.remove(connection) != null || resting.remove(connection) != null) {
      busy.put(connection, 1);
    } else {
      busy.computeIfPresent(connection, (c, requests) -> requests + 1);
    }
  }

  synchronized void requestEnds(HttpConnection connection) {
    Integer requests = busy.get(connection);
    if (requests == null) {
      return; // closed meanwhile
    }
    if (requests > 1) {
      busy.put(connection, requests - 1);
    } else {
      busy.remove(connection);
      resting.put(connection, System.nanoTime());
    }
  }

  /** Closes the longest idle connection, preferably one that has never sent a request. */
  private boolean makeRoom() {
    List<HttpConnection> longest = takeLongestIdle();
    longest.forEach(HttpConnection::close);
    boolean room = !longest.isEmpty();
    long now = System.nanoTime();
    if (now - loggedAt >= LOG_EVERY_NANOS) {
      loggedAt = now;
      LOG.warn(
          "connection limit {} reached (HARVESTER_MAX_CONNECTIONS, or the limit of open files): {}",
          max,
          room ? "closing the longest idle one" : "refusing a new one");
    }
    return room;
  }

  /** At most one; removed now, because closed() is called later, and its place is given away. */
  private synchronized List<HttpConnection> takeLongestIdle() {
    List<HttpConnection> longest = idleFor(silent, SILENT_GRACE_NANOS, 1);
    if (longest.isEmpty()) {
      longest = idleFor(resting, RESTING_GRACE_NANOS, 1);
    }
    longest.forEach(silent::remove);
    longest.forEach(resting::remove);
    return longest;
  }

  /** Closes the connections that have been idle for too long. To be called periodically. */
  public void sweep() {
    idleForTooLong().forEach(HttpConnection::close);
  }

  private synchronized List<HttpConnection> idleForTooLong() {
    List<HttpConnection> idle = new ArrayList<>();
    idle.addAll(idleFor(silent, firstRequestNanos, silent.size()));
    idle.addAll(idleFor(resting, nextRequestNanos, resting.size()));
    return idle;
  }

  /** A copy, since closing changes the map. */
  private static List<HttpConnection> idleFor(
      Map<HttpConnection, Long> idle, long nanos, int limit) {
    long now = System.nanoTime();
    return idle.entrySet().stream()
        .takeWhile(entry -> now - entry.getValue() > nanos)
        .limit(limit)
        .map(Map.Entry::getKey)
        .toList();
  }
}
