// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench;

import io.harvester.bench.tool.ProgramOptions;
import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.columnar.CodecProbe;
import io.harvester.postgres.columnar.ColumnarSampleSource;
import io.harvester.postgres.columnar.FastPath;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.Migrations;
import io.harvester.postgres.pg.Tier;
import io.harvester.postgres.read.PgSeriesReader;
import io.harvester.postgres.read.RowSampleSource;
import io.harvester.read.Matcher;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Times the questions that dashboards ask of the reader, against a database that a load has filled:
 * the median and the fastest of several runs, after one that is not counted.
 */
public final class ReadQuestions {
  private static final String CPU = "node_cpu_seconds_total";

  private final PgSeriesReader reader;
  private final int rounds;
  private final long from;
  private final long to;

  private ReadQuestions(PgSeriesReader reader, int rounds, long from, long to) {
    this.reader = reader;
    this.rounds = rounds;
    this.from = from;
    this.to = to;
  }

  /** Usage: {@code --database URL [--rounds N] [--span 1h] [--until MS] [--node NAME]}. */
  public static void main(String[] arguments) throws Exception {
    ProgramOptions options = new ProgramOptions(arguments);
    DatabaseUrl url = DatabaseUrl.parse(options.text("database", ""));
    Jdbc jdbc = new Jdbc(url, Duration.ofMinutes(5));
    boolean columnar = new Migrations(jdbc).findTier() == Tier.COLUMNAR;
    long until = options.bigNumber("until", System.currentTimeMillis());
    long span = options.duration("span", Duration.ofHours(1)).toMillis();
    try (PgSeriesReader reader =
        new PgSeriesReader(
            jdbc,
            "node",
            columnar
                ? new ColumnarSampleSource(new CodecProbe(FastPath.ALWAYS))
                : RowSampleSource.bySeries(),
            Runtime.getRuntime().availableProcessors())) {
      new ReadQuestions(reader, options.number("rounds", 5), until - span, until)
          .ask(options.text("node", "node-00007"));
    }
  }

  private void ask(String node) throws Exception {
    Matcher oneNode = Matcher.of(Matcher.Type.EQUAL, "node", node);
    Matcher cpu = Matcher.of(Matcher.Type.EQUAL, "__name__", CPU);
    time("read one node's cpu", () -> read(cpu, oneNode));
    time(
        "read one node's cpu, two conditions",
        () ->
            read(
                cpu,
                oneNode,
                Matcher.of(Matcher.Type.EQUAL, "cpu", "0"),
                Matcher.of(Matcher.Type.EQUAL, "mode", "idle")));
    time(
        "read node_load1 of all",
        () -> read(Matcher.of(Matcher.Type.EQUAL, "__name__", "node_load1")));
    time("read cpu of all", () -> read(cpu));
    time("find cpu of all", () -> (long) reader.find(List.of(cpu), 0).count());
    time(
        "find by a regular expression",
        () ->
            (long)
                reader
                    .find(
                        List.of(Matcher.of(Matcher.Type.REGEX, "__name__", "node_(cpu|disk).*")), 0)
                    .count());
    time("values of node", () -> (long) reader.labelValues("node", List.of(), 0).size());
    time(
        "values of device under a matcher",
        () ->
            (long)
                reader
                    .labelValues(
                        "device", List.of(Matcher.of(Matcher.Type.REGEX, "node", ".*7")), 0)
                    .size());
    time("label names", () -> (long) reader.labelNames(List.of(), 0).size());
    System.out.printf(
        "%d series, %d bytes each%n",
        reader.index().size(), reader.index().bytes() / Math.max(1, reader.index().size()));
  }

  private long read(Matcher... matchers) throws Exception {
    long[] samples = new long[1];
    reader.read(
        List.of(matchers),
        from,
        to,
        (labels, times, bits, count) -> samples[0] += count,
        () -> false);
    return samples[0];
  }

  private void time(String question, Callable<Long> call) throws Exception {
    long found = call.call();
    double[] millis = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      long start = System.nanoTime();
      call.call();
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(millis);
    System.out.printf(
        "%-38s %10d  median %8.1f ms  fastest %8.1f ms%n",
        question, found, millis[rounds / 2], millis[0]);
  }
}
