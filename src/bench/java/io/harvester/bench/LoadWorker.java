package io.harvester.bench;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection's share of the load. Like Prometheus it re-sends the same bytes after an error.
 */
final class LoadWorker extends Thread {
  private static final long MAX_BACKOFF_NANOS = 5_000_000_000L;
  private static final int NO_ANSWER = 0;

  private final LoadOptions options;
  private final List<Batch> batches;
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
   * @param share which of how many workers it is, from 0 to 1: its place between two batches
   * @param startNanos when the load starts
   * @param startMillis the same instant by the calendar
   */
  LoadWorker(
      LoadOptions options, List<Batch> batches, double share, long startNanos, long startMillis) {
    super("send-" + share);
    this.options = options;
    this.batches = batches;
    this.offset = share;
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
      for (int i = 0; i < batches.size(); i++) {
        long due = dueNanos(round, i);
        if (due - endNanos >= 0 || System.nanoTime() - endNanos >= 0) {
          connection.close();
          return;
        }
        send(batches.get(i), round, due);
      }
    }
    connection.close();
  }

  private void send(Batch batch, int round, long due) {
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
    byte[] request = batch.next(time, seconds);
    long backoff = 30_000_000;
    while (true) {
      int status = exchange(request);
      if (status >= 200 && status < 300) {
        count(batch, due);
        return;
      }
      boolean retry = status == NO_ANSWER || status >= 500;
      if (!retry || System.nanoTime() - endNanos >= 0) {
        return;
      }
      LockSupport.parkNanos(Math.max(backoff, retryAfterNanos(status)));
      backoff = Math.min(backoff * 2, MAX_BACKOFF_NANOS);
    }
  }

  private void count(Batch batch, long due) {
    if (System.nanoTime() - measureFrom >= 0) {
      samples += batch.samples();
      if (options.paced()) {
        sinceDue.add(System.nanoTime() - due);
      }
    }
  }

  private int exchange(byte[] request) {
    long before = System.nanoTime();
    int status;
    try {
      status = connection.exchange(request);
      if (status >= 300 && firstError.isEmpty()) {
        firstError = status + " " + connection.body();
      }
    } catch (IOException e) {
      status = NO_ANSWER;
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
    String seconds = status == NO_ANSWER ? null : connection.header("retry-after");
    return seconds != null && seconds.matches("\\d{1,3}")
        ? Long.parseLong(seconds) * 1_000_000_000L
        : 0;
  }

  /** When a batch is to be sent: all batches of all workers evenly over the interval. */
  private long dueNanos(int round, int index) {
    if (!options.paced()) {
      return startNanos;
    }
    double place = round + (index + offset) / batches.size();
    return startNanos + (long) (place * options.interval().toNanos());
  }

  private static void sleepUntil(long nanos) {
    for (long rest = nanos - System.nanoTime(); rest > 0; rest = nanos - System.nanoTime()) {
      LockSupport.parkNanos(rest);
    }
  }
}
