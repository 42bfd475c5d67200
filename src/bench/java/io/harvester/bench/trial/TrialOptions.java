// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import io.harvester.bench.load.Protocol;
import io.harvester.bench.tool.ProgramOptions;
import io.harvester.testing.TestDatabaseUrl;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Parameters of a trial; {@link #USAGE} explains each. */
record TrialOptions(
    List<URI> urls,
    List<String> aggregatorCommands,
    TestDatabaseUrl database,
    String databaseKill,
    String databaseStart,
    List<FaultInjection> faults,
    int times,
    Duration every,
    Duration outage,
    Protocol protocol,
    int nodes,
    int seriesPerNode,
    int samplesPerSeries,
    int connections,
    double rate,
    Duration step,
    Duration past,
    Duration drain,
    Path logDir,
    long seed) {

  static final String USAGE =
      """
      TrialMain: injects faults under load, then checks that every acknowledged sample is stored
      exactly once

        --url URL                 write endpoint of the aggregator; repeat it for several
                                  (http://127.0.0.1:9201/api/v1/write)
        --aggregator-start CMD    starts, in the foreground, the aggregator of the --url at the same
                                  position; {database} is replaced by a URL through the proxy
        --database URL            postgresql://user:password@host:port/database
        --kill FAULTS             comma-separated: aggregator, database, connection, outage, none
                                  (none)
        --times N                 number of faults (20)
        --every D                 average time between two faults (3s)
        --database-kill CMD       kills the database; for database and outage
        --database-start CMD      starts the database; for database and outage
        --outage D                length of an outage (3m)
        --version 1|2             version of remote_write (1)
        --nodes N                 (20)
        --series-per-node N       (100)
        --samples-per-series N    samples of each series in a request, shuffled (2)
        --connections N           (8)
        --rate N                  samples per second (20000)
        --step D                  time between two samples of a series (4999ms)
        --past D                  age of the first sample (24h)
        --drain D                 longest wait, after the last fault, for all acknowledgements (5m)
        --log-dir DIR             output of the aggregators and commands (target/trial)
        --seed N                  seed of the random choices (the time)

      With 'none' the load runs for times x every. Exit status: 0 passed, 1 failed, 2 usage.
      """;

  static TrialOptions parse(ProgramOptions args) {
    List<URI> urls = new ArrayList<>();
    args.all("url").forEach(url -> urls.add(URI.create(url)));
    if (urls.isEmpty()) {
      urls.add(URI.create("http://127.0.0.1:9201/api/v1/write"));
    }
    String database = args.required("database");
    return new TrialOptions(
        urls,
        args.all("aggregator-start"),
        database.isEmpty() ? null : new TestDatabaseUrl(database),
        args.text("database-kill", ""),
        args.text("database-start", ""),
        Arrays.stream(args.text("kill", "none").split(",", -1))
            .map(name -> FaultInjection.valueOf(name.toUpperCase(Locale.ROOT)))
            .toList(),
        args.number("times", 20),
        args.duration("every", Duration.ofSeconds(3)),
        args.duration("outage", Duration.ofMinutes(3)),
        Protocol.of(args.number("version", 1)),
        args.number("nodes", 20),
        args.number("series-per-node", 100),
        args.number("samples-per-series", 2),
        args.number("connections", 8),
        args.decimal("rate", 20_000),
        args.duration("step", Duration.ofMillis(4999)),
        args.duration("past", Duration.ofHours(24)),
        args.duration("drain", Duration.ofMinutes(5)),
        Path.of(args.text("log-dir", "target/trial")),
        args.bigNumber("seed", System.nanoTime()));
  }

  /** Number of requests until the next sample would be in the future. */
  int maxRequests() {
    long rounds = past.toMillis() / (step.toMillis() * samplesPerSeries);
    return Math.toIntExact(rounds * nodes);
  }
}
