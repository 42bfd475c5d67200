// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends the requests of one connection. Like Prometheus it sends the same bytes again after a 5xx,
 * a timeout or a broken connection.
 */
final class LoadWorker extends Thread {
  private static final long MAX_BACKOFF_NANOS = 5_000_000_000L;
  private static final int NO_RESPONSE = 0;

  private final LoadOptions options;
  private final List<LoadRequest> requests;
  private final HttpConnection connection;
  private final long endNanos;
  private final long startNanos;
  private final long startMillis;
  private final long measureFrom;
  private final double offset;

  final LatencyHistogram latency = new LatencyHistogram();
  final LatencyHistogram sinceDue = new LatencyHistogram();
  final SortedMap<Integer, Long> statuses = new TreeMap<>();
  long samples;
  String firstError = "";

  /**
   * A worker.
   *
   * @param offset number of the worker divided by the number of workers: its requests are due at
   *     this share of the time between two requests
   * @param startNanos start of the load by {@link System#nanoTime}
   * @param startMillis start of the load by {@link System#currentTimeMillis}
   */
  LoadWorker(
      LoadOptions options,
      List<LoadRequest> requests,
      double offset,
      long startNanos,
      long startMillis) {
    super("send-" + offset);
    this.options = options;
    this.requests = requests;
    this.offset = offset;
    this.connection = new HttpConnection(options.url(), options.timeout());
    this.startNanos = startNanos;
    this.startMillis = startMillis;
    this.measureFrom = startNanos + options.warmup().toNanos();
    this.endNanos =
        options.duration().isZero() ? Long.MAX_VALUE : startNanos + options.duration().toNanos();
  }

  @Override
  public void run() {
    for (int round = 0; options.rounds() == 0 || round < options.rounds(); round++) {
      for (int i = 0; i < requests.size(); i++) {
        long due = dueNanos(round, i);
        if (due - endNanos >= 0 || System.nanoTime() - endNanos >= 0) {
          connection.close();
          return;
        }
        send(requests.get(i), round, due);
      }
    }
    connection.close();
  }

  private void send(LoadRequest request, int round, long due) {
    long time;
    double seconds;
    if (options.paced()) {
      sleepUntil(due);
      time = startMillis + (due - startNanos) / 1_000_000;
      seconds = options.interval().toNanos() / 1e9;
    } else {
      time = options.startTime() + round * options.step().toMillis();
      seconds = options.step().toMillis() / 1e3;
    }
    byte[] bytes = request.next(time, seconds);
    long backoff = 30_000_000;
    while (true) {
      int status = exchange(bytes);
      if (status >= 200 && status < 300) {
        count(request, due);
        return;
      }
      boolean retry = status == NO_RESPONSE || status >= 500;
      if (!retry || System.nanoTime() - endNanos >= 0) {
        return;
      }
      LockSupport.parkNanos(Math.max(backoff, retryAfterNanos(status)));
      backoff = Math.min(backoff * 2, MAX_BACKOFF_NANOS);
    }
  }

  private void count(LoadRequest request, long due) {
    if (System.nanoTime() - measureFrom >= 0) {
      samples += request.samples();
      if (options.paced()) {
        sinceDue.add(System.nanoTime() - due);
      }
    }
  }

  private int exchange(byte[] bytes) {
    long before = System.nanoTime();
    int status;
    try {
      status = connection.exchange(bytes);
      if (status >= 300 && firstError.isEmpty()) {
        firstError = status + " " + connection.body();
      }
    } catch (IOException e) {
      status = NO_RESPONSE;
      if (firstError.isEmpty()) {
        firstError = e.toString();
      }
    }
    if (System.nanoTime() - measureFrom >= 0) {
      latency.add(System.nanoTime() - before);
      statuses.merge(status, 1L, Long::sum);
    }
    return status;
  }

  private long retryAfterNanos(int status) {
    String seconds = status == NO_RESPONSE ? null : connection.header("retry-after");
    return seconds != null && seconds.matches("\\d{1,3}")
        ? Long.parseLong(seconds) * 1_000_000_000L
        : 0;
  }

  /** When a request is due: all requests of all workers are spread evenly over the interval. */
  private long dueNanos(int round, int index) {
    if (!options.paced()) {
      return startNanos;
    }
    double intervals = round + (index + offset) / requests.size();
    return startNanos + (long) (intervals * options.interval().toNanos());
  }

  private static void sleepUntil(long nanos) {
    for (long rest = nanos - System.nanoTime(); rest > 0; rest = nanos - System.nanoTime()) {
      LockSupport.parkNanos(rest);
    }
  }
}
