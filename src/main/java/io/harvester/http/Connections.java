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
 * The open connections of one event loop. Closes those on which no whole request head arrives in
 * time: a client that sends a byte now and then is never idle for the server, but holds a place.
 * Where all places are taken, those that wait make room: idle strangers lock no sender out.
 */
public final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A sender that has only just connected is about to send: it need not make room. */
  private static final long SILENT_GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Nor need one that sends every few seconds, as Prometheus does. */
  private static final long RESTING_GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final AtomicInteger open;
  private final int max;
  private final long firstRequestNanos;
  private final long nextRequestNanos;

  /** Without a request so far, and between two requests: since when, the longest wait first. */
  private final Map<HttpConnection, Long> silent = new LinkedHashMap<>();

  private final Map<HttpConnection, Long> resting = new LinkedHashMap<>();

  /** How many requests are being answered. */
  private final Map<HttpConnection, Integer> busy = new HashMap<>();

  private long loggedAt = System.nanoTime() - LOG_EVERY_NANOS;

  /**
   * Starts with none.
   *
   * @param open counts connections over all event loops
   * @param firstRequest time for the head of a connection's first request
   * @param nextRequest time from one answer to the next whole head
   */
  public Connections(AtomicInteger open, int max, Duration firstRequest, Duration nextRequest) {
    this.open = open;
    this.max = max;
    this.firstRequestNanos = firstRequest.toNanos();
    this.nextRequestNanos = nextRequest.toNanos();
  }

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
      return; // it is closed
    }
    if (requests > 1) {
      busy.put(connection, requests - 1);
    } else {
      busy.remove(connection);
      resting.put(connection, System.nanoTime());
    }
  }

  /** Closes who never asked for anything; if there is none, who did so the longest time ago. */
  private boolean makeRoom() {
    boolean room = closeOne(silent, SILENT_GRACE_NANOS) || closeOne(resting, RESTING_GRACE_NANOS);
    long now = System.nanoTime();
    if (now - loggedAt >= LOG_EVERY_NANOS) {
      loggedAt = now;
      LOG.warn(
          "{} connections are open, no more may be (HARVESTER_MAX_CONNECTIONS, open files): {}",
          max,
          room ? "the one that waits longest is closed" : "a new one is refused");
    }
    return room;
  }

  private static boolean closeOne(Map<HttpConnection, Long> waiting, long grace) {
    List<HttpConnection> longest = waitingFor(waiting, grace, 1);
    for (HttpConnection connection : longest) {
      waiting.remove(connection); // now, or the next one in would be given the same place
      connection.close();
    }
    return !longest.isEmpty();
  }

  /** Closes what has waited for too long. */
  public void sweep() {
    waitingFor(silent, firstRequestNanos, silent.size()).forEach(HttpConnection::close);
    waitingFor(resting, nextRequestNanos, resting.size()).forEach(HttpConnection::close);
  }

  /** A copy, since closing changes the map. */
  private static List<HttpConnection> waitingFor(
      Map<HttpConnection, Long> waiting, long nanos, int atMost) {
    long now = System.nanoTime();
    return waiting.entrySet().stream()
        .takeWhile(entry -> now - entry.getValue() > nanos)
        .limit(atMost)
        .map(Map.Entry::getKey)
        .toList();
  }
}
