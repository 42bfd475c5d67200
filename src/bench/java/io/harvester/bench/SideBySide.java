package io.harvester.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The same load on every receiver, one after the other, and a table of how they did. */
public final class SideBySide {
  private static final String USAGE =
      """
      SideBySide: our aggregator and its peers on the same load, as a Markdown table

        --database URL          ours on this database; repeat for several tiers, of which those
                                after the first get the first version only. THE SCHEMAS
                                harvester AND metric IN IT ARE DROPPED
        --aggregator CMD        (java -jar target/harvester-aggregator.jar)
        --victoria PATH         binary of VictoriaMetrics
        --prometheus PATH       binary of Prometheus
        --versions 1,2          of remote_write (1,2)
        --nodes N               (100)
        --series-per-node N     (700)
        --samples-per-request N (700)
        --connections N         (8)
        --rounds N              scrapes of each node per load (200)
        --repeat N              everything this often (1)
        --care D                how long our chunk care may take to settle (10m)
        --port N                receivers listen on 127.0.0.1:N (29201)
        --folder PATH           data and logs of the peers, emptied (target/bench)

      Each receiver starts empty for each protocol version. Load 'new': the first N rounds, the
      series are new at first. Load 'known': the next N rounds. CPU is that of the receiver and, if
      it runs here, its database; '… until settled' adds what they do until they are quiet, and
      like '… settled' and 'catalog MB' it is measured once, over both loads.
      """;

  private static final Duration STEP = Duration.ofSeconds(15);

  /** Each load starts a new chunk, and chunk care takes no chunk for one that is still filled. */
  private static final Duration CHUNK = Duration.ofHours(2);

  private static final Duration CLOSED = Duration.ofHours(3);

  private final LoadOptions load;
  private final long firstTime;
  private final List<BenchRow> rows = new ArrayList<>();

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
    Arguments arguments = new Arguments(args);
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
    System.out.println(BenchRow.markdown(bench.rows));
  }

  private static List<Receiver> receivers(Arguments arguments) {
    Path folder = Path.of(arguments.text("folder", "target/bench"));
    int port = arguments.number("port", 29201);
    String command = arguments.text("aggregator", "java -jar target/harvester-aggregator.jar");
    Duration care = arguments.duration("care", Duration.ofMinutes(10));
    List<Receiver> receivers = new ArrayList<>();
    for (String url : arguments.all("database")) {
      receivers.add(new HarvesterReceiver(command, PostgresUrl.parse(url), folder, port, care));
    }
    for (String binary : arguments.all("victoria")) {
      receivers.add(new VictoriaReceiver(binary, folder, port));
    }
    for (String binary : arguments.all("prometheus")) {
      receivers.add(new PrometheusReceiver(binary, folder, port));
    }
    return receivers;
  }

  /** Load as fast as possible, with the options that all benchmarks share. */
  static LoadOptions load(Arguments arguments, int defaultRounds) {
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
        Duration.ofSeconds(60));
  }

  /** Time that the samples of a load cover, in whole chunks. */
  private static long span(int rounds) {
    return (1 + (rounds * STEP.toMillis() - 1) / CHUNK.toMillis()) * CHUNK.toMillis();
  }

  /** Also brings the generator up to speed, so that no receiver is the first. */
  private void generatorAlone() throws IOException, InterruptedException {
    try (SinkServer sink = new SinkServer()) {
      LoadGenerator.run(load.to(sink.url(), Protocol.V1, firstTime));
      LoadResult result = LoadGenerator.run(load.to(sink.url(), Protocol.V1, firstTime));
      System.out.println("generator and an empty receiver in one process: " + result.human());
    }
  }

  private void measure(Receiver receiver, Protocol protocol)
      throws IOException, InterruptedException, SQLException {
    if (!receiver.speaks(protocol)) {
      return;
    }
    receiver.start();
    try {
      long second = firstTime + span(load.rounds());
      Measurement measurement = new Measurement(receiver);
      rows.add(measurement.run("new", load.to(receiver.writeUrl(), protocol, firstTime)));
      rows.add(measurement.runLast("known", load.to(receiver.writeUrl(), protocol, second)));
    } finally {
      receiver.stop();
    }
  }
}
