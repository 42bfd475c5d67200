package io.harvester.bench;

import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Compares what a real Prometheus holds with what the aggregator stored of it: as many samples and
 * native histograms, the same labels, times, value bits and buckets.
 */
public final class PrometheusCheck {
  private static final String USAGE =
      """
      PrometheusCheck: is everything of a Prometheus in the database, and nothing else?

        --prometheus URL    http://127.0.0.1:9090
        --database URL      postgresql://user:password@host:port/database
        --from T            first time, ISO (an hour ago)
        --to T              last time, ISO (20 s ago: what is on its way is no difference)
        --node-prefix TEXT  only nodes that begin so (every node)
        --default-node NAME the node of series without a node label (unknown)
        --show N            how many differences to tell (20)

      Exit status: 0 the same, 1 different.
      """;

  private static final long WINDOW_MILLIS = Duration.ofMinutes(5).toMillis();

  private PrometheusCheck() {}

  /** Compares once; exit status 0 if both hold the same. */
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    if (Arrays.asList(args).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    Arguments arguments = new Arguments(args);
    Instant now = Instant.now();
    URI prometheus = URI.create(arguments.text("prometheus", "http://127.0.0.1:9090"));
    String database = arguments.required("database");
    long from = time(arguments.text("from", now.minusSeconds(3600).toString()));
    long to = time(arguments.text("to", now.minusSeconds(20).toString()));
    String prefix = arguments.text("node-prefix", "");
    String defaultNode = arguments.text("default-node", "unknown");
    int show = arguments.number("show", 20);
    arguments.finish();

    Both there = fromPrometheus(prometheus, from, to, prefix);
    Both here = fromDatabase(PostgresUrl.parse(database), prefix, defaultNode, from, to);
    boolean same = compare("samples", there.samples(), here.samples(), show);
    same &= compare("histograms", there.histograms(), here.histograms(), show);
    boolean any = there.samples().count() > 0;
    System.out.println(same && any ? "SAME" : "DIFFERENT");
    System.exit(same && any ? 0 : 1);
  }

  private record Both(SampleSet samples, SampleSet histograms) {
    Both() {
      this(new SampleSet(), new SampleSet());
    }
  }

  private static Both fromPrometheus(URI url, long from, long to, String nodePrefix)
      throws IOException, InterruptedException {
    Both found = new Both();
    RemoteRead remote = new RemoteRead(url);
    for (long start = from; start <= to; start += WINDOW_MILLIS) {
      remote.samples(
          start,
          Math.min(to, start + WINDOW_MILLIS - 1),
          (labels, time, bits) -> add(found.samples(), nodePrefix, labels, time, bits),
          (labels, time, bits) -> add(found.histograms(), nodePrefix, labels, time, bits));
    }
    return found;
  }

  private static void add(
      SampleSet to, String nodePrefix, SortedMap<String, String> labels, long time, long bits) {
    if (labels.getOrDefault("node", "").startsWith(nodePrefix)) {
      to.add(labels, time * 1000, bits);
    }
  }

  private static Both fromDatabase(
      PostgresUrl database, String prefix, String defaultNode, long from, long to)
      throws SQLException, IOException {
    Both found = new Both();
    try (Connection connection = database.connect()) {
      StoredSamples stored = new StoredSamples(connection);
      Map<Long, SortedMap<String, String>> series = stored.series(prefix);
      series.values().forEach(labels -> labels.remove("node", defaultNode));
      stored.samples(
          prefix,
          from,
          to,
          (id, micros, bits) -> found.samples().add(series.get(id), micros, bits));
      StoredHistograms.read(
          connection,
          prefix,
          from,
          to,
          (id, micros, digest) -> found.histograms().add(series.get(id), micros, digest));
    }
    return found;
  }

  private static boolean compare(String what, SampleSet there, SampleSet here, int show) {
    tell("Prometheus", what, there);
    tell("database", what, here);
    List<String> differences = there.differences(here, "Prometheus", "the database");
    differences.stream().limit(show).forEach(line -> System.out.println("  " + line));
    if (!differences.isEmpty()) {
      System.out.println("  " + what + " of " + differences.size() + " series differ");
    }
    return differences.isEmpty() && there.hash() == here.hash();
  }

  private static void tell(String where, String what, SampleSet samples) {
    System.out.printf(
        "%-10s  %,d %s of %,d series, hash %016x%n",
        where, samples.count(), what, samples.seriesCount(), samples.hash());
  }

  private static long time(String iso) {
    return Instant.parse(iso).toEpochMilli();
  }
}
