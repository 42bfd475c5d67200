// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import static io.harvester.testing.Message.at;

import io.harvester.bench.tool.ProgramOptions;
import io.harvester.testing.Answer;
import io.harvester.testing.Message;
import io.harvester.testing.Message.Series;
import io.harvester.testing.Message.Version;
import io.harvester.testing.TestDatabaseUrl;
import io.harvester.testing.TestSender;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests in which every hundredth series is invalid. All valid samples must be stored,
 * every invalid one must be counted in {@code /metrics} and listed in {@code
 * harvester.rejected_sample}, and every response must be a 400, which asks for no retry.
 */
public final class InvalidSeriesTrial {
  private static final String USAGE =
      """
      InvalidSeriesTrial: sends requests in which every hundredth series is invalid, and checks that
      the valid samples are stored and the invalid ones are counted and listed

        --port N            port of the aggregator on this machine (9201)
        --database URL      postgresql://user:password@host:port/database
        --version 1|2       version of remote_write (1)
        --duration D        length of the load (2m)
        --interval D        time between two requests of a sender (1s)
        --senders N         number of senders, one node each (5)
        --series N          series of a request (1000)

      Exit status: 0 passed, 1 failed, 2 usage.
      """;

  private static final int INVALID_EVERY = 100;

  private final TestSender sender;
  private final Version version;
  private final Duration duration;
  private final Duration interval;
  private final int senders;
  private final int series;
  private final String database;
  private final String prefix = "invalid-" + System.currentTimeMillis() + "-";

  private final SampleSet valid = new SampleSet();
  private final Map<String, Long> invalid = new TreeMap<>();
  private final Map<Integer, Long> statuses = new TreeMap<>();
  private long slowestMillis;

  private InvalidSeriesTrial(ProgramOptions arguments) {
    sender = new TestSender(arguments.number("port", 9201));
    version = arguments.number("version", 1) == 1 ? Version.V1 : Version.V2;
    duration = arguments.duration("duration", Duration.ofMinutes(2));
    interval = arguments.duration("interval", Duration.ofSeconds(1));
    senders = arguments.number("senders", 5);
    series = arguments.number("series", 1000);
    database = arguments.required("database");
    arguments.finish();
  }

  /** Runs the trial; exit status 0 if it passed. */
  public static void main(String[] args) throws Exception {
    if (Arrays.asList(args).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    System.exit(new InvalidSeriesTrial(new ProgramOptions(args)).run() ? 0 : 1);
  }

  private boolean run() throws Exception {
    double rejectedBefore = sender.counterByReason("harvester_samples_rejected_total");
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < senders; i++) {
      String node = prefix + i;
      threads.add(new Thread(() -> stream(node), "send-" + i));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    Thread.sleep(3000); // rejections are written once a second
    double rejected = sender.counterByReason("harvester_samples_rejected_total") - rejectedBefore;
    return report(rejected);
  }

  private void stream(String node) {
    long end = System.nanoTime() + duration.toNanos();
    for (int round = 0; System.nanoTime() < end; round++) {
      long due = System.nanoTime() + interval.toNanos();
      send(node, round);
      long rest = due - System.nanoTime();
      if (rest > 0) {
        LockSupport.parkNanos(rest);
      }
    }
  }

  private void send(String node, int round) {
    long time = System.currentTimeMillis();
    List<Series> all = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (int i = 0; i < series; i++) {
      Series validSeries = Message.series("m" + i % 10, "node", node, "i", "" + i);
      if (i % INVALID_EVERY == INVALID_EVERY / 2) {
        all.add(invalid(validSeries, (round + i / INVALID_EVERY), time, reasons));
      } else {
        all.add(validSeries.with(at(time, round + i / 1e3)));
      }
    }
    long start = System.nanoTime();
    Answer answer = sender.send(new Message(all), version);
    record(node, time, round, reasons, answer, (System.nanoTime() - start) / 1_000_000);
  }

  private static Series invalid(Series valid, int kind, long time, List<String> reasons) {
    Series sampled = valid.with(at(time, 1));
    return switch (kind % 7) {
      case 0 -> because("duplicate label name", sampled.label("i", "again"), reasons);
      case 1 -> because("empty label name", sampled.label("", "x"), reasons);
      case 2 -> because("label contains a NUL byte", sampled.label("nul", "\0"), reasons);
      case 3 -> because("label value too long", sampled.label("l", "x".repeat(20_000)), reasons);
      case 4 -> because("timestamp too old", valid.with(at(7, 1)), reasons);
      case 5 ->
          because("timestamp too far in the future", valid.with(at(Long.MAX_VALUE, 1)), reasons);
      default ->
          because(
              "no metric name",
              new Series(valid.labels().subList(1, valid.labels().size()), sampled.samples()),
              reasons);
    };
  }

  private static Series because(String reason, Series series, List<String> reasons) {
    reasons.add(reason);
    return series;
  }

  private synchronized void record(
      String node, long time, int round, List<String> reasons, Answer answer, long millis) {
    for (int i = 0; i < series; i++) {
      if (i % INVALID_EVERY != INVALID_EVERY / 2) {
        SortedMap<String, String> labels =
            new TreeMap<>(Map.of("__name__", "m" + i % 10, "node", node, "i", "" + i));
        valid.add(labels, time * 1000, Double.doubleToRawLongBits(round + i / 1e3));
      }
    }
    reasons.forEach(reason -> invalid.merge(reason, 1L, Long::sum));
    statuses.merge(answer.status(), 1L, Long::sum);
    slowestMillis = Math.max(slowestMillis, millis);
  }

  private boolean report(double rejected) throws Exception {
    SampleSet stored = new SampleSet();
    Map<String, Long> listed = new TreeMap<>();
    try (Connection connection = new TestDatabaseUrl(database).connect()) {
      StoredSampleReader rows = new StoredSampleReader(connection);
      Map<Long, SortedMap<String, String>> labels = new HashMap<>(rows.series(prefix));
      rows.samples(
          prefix,
          0,
          System.currentTimeMillis() + 60_000,
          (id, micros, bits) -> stored.add(labels.get(id), micros, bits));
      try (var row =
          connection
              .createStatement()
              .executeQuery(
                  "SELECT reason, sum(rejections) FROM harvester.rejected_sample"
                      + " WHERE starts_with(node, '"
                      + prefix
                      + "') GROUP BY 1")) {
        while (row.next()) {
          listed.put(row.getString(1), row.getLong(2));
        }
      }
    }
    long sent = invalid.values().stream().mapToLong(Long::longValue).sum();
    System.out.printf("statuses %s, slowest response %,d ms%n", statuses, slowestMillis);
    System.out.printf("valid: %,d sent, %,d stored%n", valid.count(), stored.count());
    System.out.printf("invalid: %,d sent, %,.0f counted in /metrics%n", sent, rejected);
    System.out.printf("  sent                      %s%n", invalid);
    System.out.printf("  harvester.rejected_sample %s%n", listed);
    List<String> differences = valid.differences(stored, "the requests", "the database");
    differences.stream().limit(10).forEach(System.out::println);
    boolean passed =
        differences.isEmpty()
            && valid.hash() == stored.hash()
            && invalid.equals(listed)
            && rejected == sent
            && statuses.keySet().equals(Set.of(400));
    System.out.println(passed ? "PASSED" : "FAILED");
    return passed;
  }
}
