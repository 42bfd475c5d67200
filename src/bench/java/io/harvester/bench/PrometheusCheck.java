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
 * Compares what a real Prometheus holds with what the aggregator stored of it: as many samples, the
 * same labels, times and value bits.
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

    SampleSet there = fromPrometheus(prometheus, from, to, prefix);
    SampleSet here = fromDatabase(PostgresUrl.parse(database), prefix, defaultNode, from, to);
    System.exit(compare(there, here, show) ? 0 : 1);
  }

  private static SampleSet fromPrometheus(URI url, long from, long to, String nodePrefix)
      throws IOException, InterruptedException {
    SampleSet samples = new SampleSet();
    RemoteRead remote = new RemoteRead(url);
    for (long start = from; start <= to; start += WINDOW_MILLIS) {
      remote.samples(
          start,
          Math.min(to, start + WINDOW_MILLIS - 1),
          (labels, time, bits) -> {
            if (labels.getOrDefault("node", "").startsWith(nodePrefix)) {
              samples.add(labels, time * 1000, bits);
            }
          });
    }
    return samples;
  }

  private static SampleSet fromDatabase(
      PostgresUrl database, String prefix, String defaultNode, long from, long to)
      throws SQLException, IOException {
    SampleSet samples = new SampleSet();
    try (Connection connection = database.connect()) {
      StoredSamples stored = new StoredSamples(connection);
      Map<Long, SortedMap<String, String>> series = stored.series(prefix);
      series.values().forEach(labels -> labels.remove("node", defaultNode));
      stored.samples(
          prefix, from, to, (id, micros, bits) -> samples.add(series.get(id), micros, bits));
    }
    return samples;
  }

  private static boolean compare(SampleSet there, SampleSet here, int show) {
    tell("Prometheus", there);
    tell("database", here);
    List<String> differences = there.differences(here, "Prometheus", "the database");
    differences.stream().limit(show).forEach(line -> System.out.println("  " + line));
    boolean same = differences.isEmpty() && there.hash() == here.hash() && there.count() > 0;
    System.out.println(same ? "SAME" : "DIFFERENT: " + differences.size() + " series");
    return same;
  }

  private static void tell(String where, SampleSet samples) {
    System.out.printf(
        "%-10s  %,d samples of %,d series, hash %016x%n",
        where, samples.count(), samples.seriesCount(), samples.hash());
  }

  private static long time(String iso) {
    return Instant.parse(iso).toEpochMilli();
  }
}
