// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import io.harvester.bench.tool.ProgramOptions;
import io.harvester.testing.TestDatabaseUrl;
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
 * Compares the samples and native histograms of a real Prometheus with those that the aggregator
 * stored of it: number, labels, times, value bits and buckets must be equal.
 */
public final class PrometheusCheck {
  private static final String USAGE =
      """
      PrometheusCheck: compares the samples of a Prometheus with those in the database

        --prometheus URL    (http://127.0.0.1:9090)
        --database URL      postgresql://user:password@host:port/database
        --from T            first time, ISO (an hour ago)
        --to T              last time, ISO (20 s ago: newer samples may be in flight)
        --node-prefix TEXT  compare only nodes with this prefix (all nodes)
        --default-node NAME node of series without a node label (unknown)
        --show N            maximum number of differences to print (20)

      Exit status: 0 equal, 1 different, 2 usage.
      """;

  private static final long WINDOW_MILLIS = Duration.ofMinutes(5).toMillis();

  private PrometheusCheck() {}

  /** Compares once; exit status 0 if both are equal. */
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    if (Arrays.asList(args).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    ProgramOptions arguments = new ProgramOptions(args);
    Instant now = Instant.now();
    URI prometheus = URI.create(arguments.text("prometheus", "http://127.0.0.1:9090"));
    String database = arguments.required("database");
    long from = time(arguments.text("from", now.minusSeconds(3600).toString()));
    long to = time(arguments.text("to", now.minusSeconds(20).toString()));
    String prefix = arguments.text("node-prefix", "");
    String defaultNode = arguments.text("default-node", "unknown");
    int show = arguments.number("show", 20);
    arguments.finish();

    Samples expected = fromPrometheus(prometheus, from, to, prefix);
    Samples stored = fromDatabase(new TestDatabaseUrl(database), prefix, defaultNode, from, to);
    boolean equal = compare("samples", expected.samples(), stored.samples(), show);
    equal &= compare("histograms", expected.histograms(), stored.histograms(), show);
    boolean any = expected.samples().count() > 0;
    System.out.println(equal && any ? "EQUAL" : "DIFFERENT");
    System.exit(equal && any ? 0 : 1);
  }

  private record Samples(SampleSet samples, SampleSet histograms) {
    Samples() {
      this(new SampleSet(), new SampleSet());
    }
  }

  private static Samples fromPrometheus(URI url, long from, long to, String nodePrefix)
      throws IOException, InterruptedException {
    Samples found = new Samples();
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

  private static Samples fromDatabase(
      TestDatabaseUrl database, String prefix, String defaultNode, long from, long to)
      throws SQLException, IOException {
    Samples found = new Samples();
    try (Connection connection = database.connect()) {
      StoredSampleReader rows = new StoredSampleReader(connection);
      Map<Long, SortedMap<String, String>> series = rows.series(prefix);
      series.values().forEach(labels -> labels.remove("node", defaultNode));
      rows.samples(
          prefix,
          from,
          to,
          (id, micros, bits) -> found.samples().add(series.get(id), micros, bits));
      StoredHistogramReader.read(
          connection,
          prefix,
          from,
          to,
          (id, micros, digest) -> found.histograms().add(series.get(id), micros, digest));
    }
    return found;
  }

  private static boolean compare(String what, SampleSet expected, SampleSet stored, int show) {
    print("Prometheus", what, expected);
    print("database", what, stored);
    List<String> differences = expected.differences(stored, "Prometheus", "the database");
    differences.stream().limit(show).forEach(line -> System.out.println("  " + line));
    if (!differences.isEmpty()) {
      System.out.println("  " + what + " of " + differences.size() + " series differ");
    }
    return differences.isEmpty() && expected.hash() == stored.hash();
  }

  private static void print(String where, String what, SampleSet samples) {
    System.out.printf(
        "%-10s  %,d %s of %,d series, hash %016x%n",
        where, samples.count(), what, samples.seriesCount(), samples.hash());
  }

  private static long time(String iso) {
    return Instant.parse(iso).toEpochMilli();
  }
}
