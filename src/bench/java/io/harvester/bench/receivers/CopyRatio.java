// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.receivers;

import io.harvester.bench.load.LoadGenerator;
import io.harvester.bench.load.LoadOptions;
import io.harvester.bench.load.LoadResult;
import io.harvester.bench.load.Protocol;
import io.harvester.bench.tool.ProgramOptions;
import io.harvester.testing.TestDatabaseUrl;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares the speed of remote_write through the aggregator with that of {@code psql \copy} of the
 * same rows into the same table, several times in turn.
 */
public final class CopyRatio {
  private static final String USAGE =
      """
      CopyRatio: compares remote_write through the aggregator with psql \\copy … binary of the same
      rows

        --database URL          THE SCHEMAS harvester AND metric IN IT ARE DROPPED
        --aggregator CMD        starts the aggregator (deploy/harvester)
        --psql CMD              psql connected to that database (psql <database>)
        --version 1|2           version of remote_write (1)
        --nodes N               (100)
        --series-per-node N     (700)
        --samples-per-request N (700)
        --connections N         (8)
        --rounds N              scrapes of each node per turn (50)
        --repeat N              number of turns (3)
        --port N                the aggregator listens on 127.0.0.1:N (29201)
        --folder PATH           for the rows and logs (target/bench)

      A turn: the aggregator starts with empty schemas. One round that is not measured registers the
      series, then the measured rounds are sent. psql copies their rows out, the table is truncated,
      and psql copies them in again.
      """;

  private final HarvesterReceiver receiver;
  private final String psql;
  private final Path file;
  private final LoadOptions load;

  private CopyRatio(HarvesterReceiver receiver, String psql, Path folder, LoadOptions load) {
    this.receiver = receiver;
    this.psql = psql;
    this.file = folder.resolve("rows.copy");
    this.load = load;
  }

  /** Runs all turns and prints the ratios. */
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    if (Arrays.asList(args).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    ProgramOptions arguments = new ProgramOptions(args);
    String url = arguments.required("database");
    Path folder = Path.of(arguments.text("folder", "target/bench"));
    int port = arguments.number("port", 29201);
    String command = arguments.text("aggregator", "deploy/harvester");
    String psql = arguments.text("psql", "psql '" + url + "'");
    int repeat = arguments.number("repeat", 3);
    Protocol protocol = Protocol.of(arguments.number("version", 1));
    LoadOptions load = SideBySide.load(arguments, 50);
    arguments.finish();
    HarvesterReceiver receiver =
        new HarvesterReceiver(command, new TestDatabaseUrl(url), folder, port, Duration.ZERO);
    CopyRatio ratio = new CopyRatio(receiver, psql, folder, load);
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < repeat; i++) {
      ratios.add(ratio.turn(protocol));
    }
    ratios.sort(Double::compare);
    System.out.printf("median ratio %.2f of %d turns%n", ratios.get(repeat / 2), repeat);
  }

  private double turn(Protocol protocol) throws IOException, InterruptedException, SQLException {
    receiver.start();
    try {
      LoadOptions target = load.to(receiver.writeUrl(), protocol, load.startTime());
      LoadGenerator.run(target.withRounds(1).to(receiver.writeUrl(), protocol, before()));
      receiver.execute("TRUNCATE harvester.sample");
      LoadResult written = LoadGenerator.run(target);
      long rows = receiver.number("SELECT count(*) FROM harvester.sample");
      copyOut();
      receiver.execute("TRUNCATE harvester.sample");
      double seconds = copyIn();
      long copied = receiver.number("SELECT count(*) FROM harvester.sample");
      if (rows != written.samples() || copied != rows) {
        throw new IOException(
            "%d samples acknowledged, %d rows, %d rows copied in"
                .formatted(written.samples(), rows, copied));
      }
      double ratio = written.samplesPerSecond() / (rows / seconds);
      System.out.println(receiver.name() + ": " + written.human());
      System.out.printf(
          "psql \\copy: %,.0f rows/s (%,d in %.2f s); ratio %.2f%n",
          rows / seconds, rows, seconds, ratio);
      return ratio;
    } finally {
      receiver.stop();
      Files.deleteIfExists(file);
    }
  }

  private long before() {
    return load.startTime() - load.step().toMillis();
  }

  private void copyOut() throws IOException, InterruptedException {
    psql("TABLE harvester.sample", ProcessBuilder.Redirect.from(new File("/dev/null")), true);
  }

  private double copyIn() throws IOException, InterruptedException {
    long start = System.nanoTime();
    psql("harvester.sample", ProcessBuilder.Redirect.from(file.toFile()), false);
    return (System.nanoTime() - start) / 1e9;
  }

  private void psql(String source, ProcessBuilder.Redirect input, boolean out)
      throws IOException, InterruptedException {
    String copy =
        out
            ? "\\copy (" + source + ") to pstdout with (format binary)"
            : "\\copy " + source + " from pstdin with (format binary)";
    int status =
        new ProcessBuilder("sh", "-c", psql + " -q -v ON_ERROR_STOP=1 -c '" + copy + "'")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectInput(input)
            .redirectOutput(out ? file.toFile() : new File("/dev/null"))
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException("psql ended with status " + status + ": " + copy);
    }
  }
}
