// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.receivers;

import io.harvester.bench.load.LoadGenerator;
import io.harvester.bench.load.LoadOptions;
import io.harvester.bench.load.LoadResult;
import io.harvester.bench.load.Profile;
import io.harvester.bench.load.Protocol;
import io.harvester.bench.tool.ProgramOptions;
import io.harvester.testing.TestDatabaseUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sends the same load to every receiver, one after the other, and prints a table. */
public final class SideBySide {
  private static final String USAGE =
      """
      SideBySide: sends the same load to Harvester, VictoriaMetrics and Prometheus, and prints a
      Markdown table

        --database URL          Harvester with this database; repeat it for several storage tiers.
                                All databases but the first are measured with the first version
                                only. THE SCHEMAS harvester AND metric IN IT ARE DROPPED
        --aggregator CMD        starts the aggregator (deploy/harvester)
        --victoria PATH         binary of VictoriaMetrics
        --prometheus PATH       binary of Prometheus
        --versions 1,2          versions of remote_write (1,2)
        --nodes N               (100)
        --series-per-node N     (700)
        --samples-per-request N (700)
        --connections N         (8)
        --rounds N              scrapes of each node per load (200)
        --repeat N              number of repetitions of the whole (1)
        --maintenance D         longest wait for Harvester's chunk maintenance (10m)
        --port N                receivers listen on 127.0.0.1:N (29201)
        --folder PATH           data and logs of the receivers; the data is deleted (target/bench)

      Each receiver starts without data for each protocol version. Load 'new': N rounds, whose first
      round creates the series. Load 'known': the next N rounds.

      Columns: 'CPU-s/M' is CPU seconds per million samples, of the receiver and, if it runs on this
      machine, its database; 'with maintenance' includes their work after the load until they are
      idle. That column, 'B/sample after maintenance' and 'catalog MB' are measured once, over both
      loads.
      """;

  private static final Duration STEP = Duration.ofSeconds(15);

  /** Each load starts in a new chunk. */
  private static final Duration CHUNK = Duration.ofHours(2);

  /** Age of the newest sample: chunk maintenance leaves chunks alone that may still be written. */
  private static final Duration CLOSED = Duration.ofHours(3);

  private final LoadOptions load;
  private final long firstTime;
  private final List<ResultRow> rows = new ArrayList<>();

  private SideBySide(LoadOptions load) {
    this.load = load;
    this.firstTime = load.startTime();
  }

  /** Runs everything and prints the table. */
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    if (Arrays.asList(args).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    ProgramOptions arguments = new ProgramOptions(args);
    List<Receiver> receivers = receivers(arguments);
    int tiers = arguments.all("database").size();
    List<String> versions = List.of(arguments.text("versions", "1,2").split(",", -1));
    int repeat = arguments.number("repeat", 1);
    SideBySide bench = new SideBySide(load(arguments, 200));
    arguments.finish();
    bench.generatorAlone();
    for (int i = 0; i < repeat; i++) {
      for (String version : versions) {
        for (int r = 0; r < receivers.size(); r++) {
          if (r == 0 || r >= tiers || version.equals(versions.get(0))) {
            bench.measure(receivers.get(r), Protocol.of(Integer.parseInt(version)));
          }
        }
      }
    }
    System.out.println(ResultRow.markdown(bench.rows));
  }

  private static List<Receiver> receivers(ProgramOptions arguments) {
    Path folder = Path.of(arguments.text("folder", "target/bench"));
    int port = arguments.number("port", 29201);
    String command = arguments.text("aggregator", "deploy/harvester");
    Duration maintenance = arguments.duration("maintenance", Duration.ofMinutes(10));
    List<Receiver> receivers = new ArrayList<>();
    for (String url : arguments.all("database")) {
      receivers.add(
          new HarvesterReceiver(command, new TestDatabaseUrl(url), folder, port, maintenance));
    }
    for (String binary : arguments.all("victoria")) {
      receivers.add(new VictoriaReceiver(binary, folder, port));
    }
    for (String binary : arguments.all("prometheus")) {
      receivers.add(new PrometheusReceiver(binary, folder, port));
    }
    return receivers;
  }

  /** The load, as fast as possible, with the options that all benchmarks share. */
  static LoadOptions load(ProgramOptions arguments, int defaultRounds) {
    int rounds = arguments.number("rounds", defaultRounds);
    long start = System.currentTimeMillis() - 2 * span(rounds) - CLOSED.toMillis();
    return new LoadOptions(
        null,
        Protocol.V1,
        arguments.number("connections", 8),
        arguments.number("nodes", 100),
        "node-",
        arguments.number("series-per-node", 700),
        arguments.number("samples-per-request", 700),
        rounds,
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        Math.floorDiv(start, CHUNK.toMillis()) * CHUNK.toMillis(),
        STEP,
        1,
        Profile.of(arguments.text("profile", "steady")),
        Duration.ofSeconds(60));
  }

  /** Length in ms of the time range of a load, rounded up to whole chunks. */
  private static long span(int rounds) {
    return (1 + (rounds * STEP.toMillis() - 1) / CHUNK.toMillis()) * CHUNK.toMillis();
  }

  /** Measures the generator alone; this also warms up its JVM before the first receiver. */
  private void generatorAlone() throws IOException, InterruptedException {
    try (SinkServer sink = new SinkServer()) {
      LoadGenerator.run(load.to(sink.url(), Protocol.V1, firstTime));
      LoadResult result = LoadGenerator.run(load.to(sink.url(), Protocol.V1, firstTime));
      System.out.println(
          "generator with a discarding receiver in the same process: " + result.human());
    }
  }

  private void measure(Receiver receiver, Protocol protocol)
      throws IOException, InterruptedException, SQLException {
    if (!receiver.accepts(protocol)) {
      return;
    }
    receiver.start();
    try {
      long secondTime = firstTime + span(load.rounds());
      Measurement measurement = new Measurement(receiver);
      rows.add(measurement.run("new", load.to(receiver.writeUrl(), protocol, firstTime)));
      rows.add(measurement.runLast("known", load.to(receiver.writeUrl(), protocol, secondTime)));
    } finally {
      receiver.stop();
    }
  }
}
