// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.http.HttpConnection;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
  private static final int CONNECTIONS = 64;
  private static final int ROUNDS = 500;

  private final AtomicInteger closed = new AtomicInteger();

  private HttpConnection connection() {
    return (HttpConnection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {HttpConnection.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "equals" -> proxy == arguments[0];
                  case "close" -> {
                    closed.incrementAndGet();
                    yield null;
                  }
                  default -> proxy;
                });
  }

  /** Requests begin on the event loop; those of queries end on the threads of queries. */
  @Test
  void answers_may_end_on_other_threads() throws Exception {
    Connections connections =
        new Connections(new AtomicInteger(), 1000, Duration.ofHours(1), Duration.ZERO);
    List<HttpConnection> open = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      open.add(connection());
      connections.opened(open.get(i));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        List<Future<?>> answers = new ArrayList<>();
        for (HttpConnection connection : open) {
          connections.requestBegins(connection);
          answers.add(threads.submit(() -> connections.requestEnds(connection)));
        }
        for (Future<?> answer : answers) {
          answer.get();
        }
      }
    } finally {
      threads.shutdown();
    }
    connections.sweep();
    assertEquals(CONNECTIONS, closed.get(), "all of them rest");
  }

  @Test
  void at_the_limit_none_that_has_just_connected_is_closed_for_another() {
    Connections connections =
        new Connections(new AtomicInteger(), 1, Duration.ofHours(1), Duration.ofHours(1));
    connections.opened(connection());
    connections.opened(connection());
    assertEquals(1, closed.get(), "the new one");
    connections.sweep();
    assertEquals(1, closed.get(), "none is idle for too long");
  }
}
