package io.harvester.http;

import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The open connections of one event loop. Closes those on which no whole request head arrives in
 * time: a client that sends a byte now and then is never idle for the server, but holds a place.
 */
final class Connections {
  private final AtomicInteger open;
  private final int most;
  private final long firstRequestNanos;
  private final long nextRequestNanos;
  private final Map<HttpConnection, State> states = new HashMap<>();

  /** How many requests are being answered, and since when there are none. */
  private static final class State {
    int inFlight;
    boolean used;
    long idleSince = System.nanoTime();
  }

  /**
   * Starts with none.
   *
   * @param open counts connections over all event loops
   * @param firstRequest time for the head of a connection's first request
   * @param nextRequest time from one answer to the next whole head
   */
  Connections(AtomicInteger open, int most, Duration firstRequest, Duration nextRequest) {
    this.open = open;
    this.most = most;
    this.firstRequestNanos = firstRequest.toNanos();
    this.nextRequestNanos = nextRequest.toNanos();
  }

  void opened(HttpConnection connection) {
    if (open.incrementAndGet() > most) {
      connection.close();
    } else {
      states.put(connection, new State());
    }
    connection.closeHandler(
        v -> {
          open.decrementAndGet();
          states.remove(connection);
        });
  }

  void requestBegins(HttpConnection connection) {
    State state = states.get(connection);
    if (state != null) {
      state.inFlight++;
      state.used = true;
    }
  }

  void requestEnds(HttpConnection connection) {
    State state = states.get(connection);
    if (state != null) {
      state.inFlight--;
      state.idleSince = System.nanoTime();
    }
  }

  /** Closes what has waited for too long. */
  void sweep() {
    long now = System.nanoTime();
    states.entrySet().stream()
        .filter(entry -> isLate(entry.getValue(), now))
        .map(Map.Entry::getKey)
        .toList() // closing changes the map
        .forEach(HttpConnection::close);
  }

  private boolean isLate(State state, long now) {
    long allowed = state.used ? nextRequestNanos : firstRequestNanos;
    return state.inFlight == 0 && now - state.idleSince > allowed;
  }
}
