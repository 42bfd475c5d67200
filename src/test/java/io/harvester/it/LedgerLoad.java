// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;

import io.harvester.TestAggregator;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.TestDatabaseUrl;
import io.harvester.testing.TestSender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Senders that write until they are stopped, and the ledger of what was acknowledged: the bits of
 * each value by {@code node/number@ms}. New series and late samples come all the time.
 */
final class LedgerLoad {
  private static final int SERIES_PER_REQUEST = 20;
  private static final int NEW_SERIES_EVERY = 5;
  private static final int LATE_EVERY = 4;
  private static final long LATE_MILLIS = 7_200_000;

  private final Map<String, Long> ledger = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();

  private LedgerLoad() {}

  static LedgerLoad start(int port, int senders) {
    LedgerLoad load = new LedgerLoad();
    for (int i = 0; i < senders; i++) {
      String node = "n" + i;
      Thread thread = new Thread(() -> load.run(new TestSender(port), node), "sender-" + i);
      load.threads.add(thread);
      thread.start();
    }
    return load;
  }

  private void run(TestSender sender, String node) {
    long start = System.currentTimeMillis() - 600_000;
    try {
      for (int request = 0; !stop.get(); request++) {
        long time = start + 100L * request - (request % LATE_EVERY == 3 ? LATE_MILLIS : 0);
        Map<String, Long> sent = new HashMap<>();
        int first = request / NEW_SERIES_EVERY;
        for (int n = first; n < first + SERIES_PER_REQUEST; n++) {
          double value = request * 1000.0 + n + 0.1;
          sent.put(node + "/" + n + "@" + time, Double.doubleToRawLongBits(value));
        }
        sender.send(message(sent)).mustBeStored();
        ledger.putAll(sent);
        requests.incrementAndGet();
      }
    } catch (RuntimeException | AssertionError e) {
      failure.set(e);
    }
  }

  private static Message message(Map<String, Long> samples) {
    List<Message.Series> all = new ArrayList<>();
    samples.forEach(
        (key, bits) -> {
          String[] parts = key.split("[/@]", -1);
          all.add(
              series("m" + Integer.parseInt(parts[1]) % 3, "n", parts[1], "node", parts[0])
                  .with(at(Long.parseLong(parts[2]), Double.longBitsToDouble(bits))));
        });
    return Message.of(all.toArray(Message.Series[]::new));
  }

  /** Waits for more requests. */
  void awaitRequests(int more) throws Exception {
    int wanted = requests.get() + more;
    Eventually.until(
        more + " requests",
        Duration.ofSeconds(60),
        () -> requests.get() >= wanted || failure.get() != null);
  }

  /** What is acknowledged now. */
  Map<String, Long> acknowledged() {
    return new TreeMap<>(ledger);
  }

  /** Stops the senders. */
  Map<String, Long> stop() throws InterruptedException {
    stop.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    if (failure.get() != null) {
      throw new AssertionError("a sender failed", failure.get());
    }
    return acknowledged();
  }

  /** Sends everything again. */
  static void sendAll(TestAggregator aggregator, Map<String, Long> samples) {
    Map<String, Long> part = new HashMap<>();
    for (Map.Entry<String, Long> sample : samples.entrySet()) {
      part.put(sample.getKey(), sample.getValue());
      if (part.size() == 500) {
        aggregator.sender().send(message(part)).mustBeStored();
        part.clear();
      }
    }
    if (!part.isEmpty()) {
      aggregator.sender().send(message(part)).mustBeStored();
    }
  }

  /** What is stored, in the form of the ledger; fails if a sample is there twice. */
  static Map<String, Long> stored(TestDatabaseUrl database) throws Exception {
    Map<String, Long> found = new TreeMap<>();
    for (List<Object> row :
        database.query(
            """
            SELECT n.name || '/' || (r.labels ->> 'n') || '@'
                     || (extract(epoch FROM s.time) * 1000)::bigint,
                   ('x' || encode(float8send(s.value), 'hex'))::bit(64)::bigint
              FROM harvester.stored_sample s
              JOIN harvester.series r USING (series_id)
              JOIN harvester.node n ON n.node_id = r.node_id
              JOIN harvester.metric m ON m.metric_id = r.metric_id
             WHERE r.labels ? 'n'
            """)) {
      if (found.put((String) row.get(0), (Long) row.get(1)) != null) {
        throw new AssertionError(row.get(0) + " is stored twice");
      }
    }
    return found;
  }
}
