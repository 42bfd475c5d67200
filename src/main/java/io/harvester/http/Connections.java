// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.vertx.core.http.HttpConnection;
import java.time.Duration;
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
      silent.put(connection, System.nanoTime());
    } else {
      connection.close();
    }
  }

  private void closed(HttpConnection connection) {
    open.decrementAndGet();
    silent.remove(connection);
    resting.remove(connection);
    busy.remove(connection);
  }

  void requestBegins(HttpConnection connection) {
    if (silent.remove(connection) != null || resting.remove(connection) != null) {
      busy.put(connection, 1);
    } else {
      busy.computeIfPresent(connection, (c, requests) -> requests + 1);
    }
  }

  void requestEnds(HttpConnection connection) {
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
    boolean room = closeOne(silent, SILENT_GRACE_NANOS) || closeOne(resting, RESTING_GRACE_NANOS);
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

  private static boolean closeOne(Map<HttpConnection, Long> idle, long grace) {
    List<HttpConnection> longest = idleFor(idle, grace, 1);
    for (HttpConnection connection : longest) {
      idle.remove(connection); // now: closed() is called later, and its place is given away
      connection.close();
    }
    return !longest.isEmpty();
  }

  /** Closes the connections that have been idle for too long. To be called periodically. */
  public void sweep() {
    idleFor(silent, firstRequestNanos, silent.size()).forEach(HttpConnection::close);
    idleFor(resting, nextRequestNanos, resting.size()).forEach(HttpConnection::close);
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
