package io.harvester.bench;

import static io.harvester.testing.Message.at;

import io.harvester.testing.Answer;
import io.harvester.testing.Message;
import io.harvester.testing.Message.Series;
import io.harvester.testing.Message.Version;
import io.harvester.testing.TestSender;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Senders whose every hundredth series is invalid: all others must be stored, each invalid one must
 * be counted and found by SQL, and no sender may be told to send the same again.
 */
public final class InvalidStream {
  private static final String USAGE =
      """
      InvalidStream: one invalid series among a hundred, from several senders

        --port N            of the aggregator on this machine (9201)
        --database URL      postgresql://user:password@host:port/database
        --version 1|2       of remote_write (1)
        --duration D        (2m)
        --interval D        between two requests of a sender (1s)
        --senders N         each with a node of its own (5)
        --series N          in each request, of which every hundredth is invalid (1000)

      Exit status: 0 every sample is where it should be, 1 not.
      """;

  private static final int EVERY = 100;

  private final TestSender sender;
  private final Version version;
  private final Duration duration;
  private final Duration interval;
  private final int senders;
  private final int series;
  private final String database;
  private final String prefix = "invalid-" + System.currentTimeMillis() + "-";

  private final SampleSet good = new SampleSet();
  private final Map<String, Long> bad = new TreeMap<>();
  private final Map<Integer, Long> statuses = new TreeMap<>();
  private long slowestMillis;

  private InvalidStream(Arguments arguments) {
    sender = new TestSender(arguments.number("port", 9201));
    version = arguments.number("version", 1) == 1 ? Version.V1 : Version.V2;
    duration = arguments.duration("duration", Duration.ofMinutes(2));
    interval = arguments.duration("interval", Duration.ofSeconds(1));
    senders = arguments.number("senders", 5);
    series = arguments.number("series", 1000);
    database = arguments.required("database");
    arguments.finish();
  }

  /** Runs it; exit status 0 if every sample is where it should be. */
  public static void main(String[] args) throws Exception {
    if (Arrays.asList(args).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    System.exit(new InvalidStream(new Arguments(args)).run() ? 0 : 1);
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
    Thread.sleep(3000); // refusals are written once a second
    double counted = sender.counterByReason("harvester_samples_rejected_total") - rejectedBefore;
    return report(counted);
  }

  private void stream(String node) {
    long end = System.nanoTime() + duration.toNanos();
    for (int round = 0; System.nanoTime() < end; round++) {
      long due = System.nanoTime() + interval.toNanos();
      send(node, round);
      long rest = due - System.nanoTime();
      if (rest > 0) {
        java.util.concurrent.locks.LockSupport.parkNanos(rest);
      }
    }
  }

  private void send(String node, int round) {
    long time = System.currentTimeMillis();
    List<Series> all = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (int i = 0; i < series; i++) {
      Series valid = Message.series("m" + i % 10, "node", node, "i", "" + i);
      if (i % EVERY == EVERY / 2) {
        all.add(broken(valid, (round + i / EVERY), time, reasons));
      } else {
        all.add(valid.with(at(time, round + i / 1e3)));
      }
    }
    long start = System.nanoTime();
    Answer answer = sender.send(new Message(all), version);
    record(node, time, round, reasons, answer, (System.nanoTime() - start) / 1_000_000);
  }

  private static Series broken(Series valid, int kind, long time, List<String> reasons) {
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
      if (i % EVERY != EVERY / 2) {
        SortedMap<String, String> labels =
            new TreeMap<>(Map.of("__name__", "m" + i % 10, "node", node, "i", "" + i));
        good.add(labels, time * 1000, Double.doubleToRawLongBits(round + i / 1e3));
      }
    }
    reasons.forEach(reason -> bad.merge(reason, 1L, Long::sum));
    statuses.merge(answer.status(), 1L, Long::sum);
    slowestMillis = Math.max(slowestMillis, millis);
  }

  private boolean report(double counted) throws Exception {
    SampleSet stored = new SampleSet();
    Map<String, Long> found = new TreeMap<>();
    try (Connection connection = PostgresUrl.parse(database).connect()) {
      StoredSamples rows = new StoredSamples(connection);
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
          found.put(row.getString(1), row.getLong(2));
        }
      }
    }
    long sent = bad.values().stream().mapToLong(Long::longValue).sum();
    System.out.printf("answers %s, the slowest after %,d ms%n", statuses, slowestMillis);
    System.out.printf("good: %,d sent, %,d stored%n", good.count(), stored.count());
    System.out.printf("bad: %,d sent, %,.0f counted%n", sent, counted);
    System.out.printf("  sent  %s%n  found %s%n", bad, found);
    List<String> differences = good.differences(stored, "what was sent", "the database");
    differences.stream().limit(10).forEach(System.out::println);
    boolean right =
        differences.isEmpty()
            && good.hash() == stored.hash()
            && bad.equals(found)
            && counted == sent
            && statuses.keySet().equals(java.util.Set.of(400));
    System.out.println(right ? "RIGHT" : "WRONG");
    return right;
  }
}
