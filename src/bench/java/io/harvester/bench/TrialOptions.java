package io.harvester.bench;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What to try; see {@link #USAGE}. */
record TrialOptions(
    List<URI> urls,
    List<String> aggregatorCommands,
    PostgresUrl database,
    String databaseKill,
    String databaseStart,
    List<Disturbance> disturbances,
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
      TrialMain: is every acknowledged sample stored exactly once, whatever breaks?

        --url URL                 aggregator, http://127.0.0.1:9201/api/v1/write; repeat for several
        --aggregator-start CMD    starts the aggregator of the --url at the same place, in the
                                  foreground; {database} in it stands for a URL through the proxy
        --database URL            postgresql://user:password@host:port/database
        --kill WHAT               aggregator, database, connection, outage, none; several with commas
        --times N                 how often (20)
        --every D                 average time between two (3s)
        --database-kill CMD       for database and outage
        --database-start CMD      for database and outage
        --outage D                how long the database stays away (3m)
        --version 1|2             of remote_write (1)
        --nodes N                 (20)
        --series-per-node N       (100)
        --samples-per-series N    samples of each series in a request, shuffled (2)
        --connections N           (8)
        --rate N                  samples per second (20000)
        --step D                  between two samples of a series (4999ms)
        --past D                  how long ago the first sample is (24h)
        --drain D                 how long the rest may take at the end (5m)
        --log-dir DIR             output of the aggregators and commands (target/trial)
        --seed N                  (the time)

      With 'none' the load runs for times x every. Exit status: 0 passed, 1 failed, 2 wrong usage.
      """;

  static TrialOptions parse(Arguments args) {
    List<URI> urls = new ArrayList<>();
    args.all("url").forEach(url -> urls.add(URI.create(url)));
    if (urls.isEmpty()) {
      urls.add(URI.create("http://127.0.0.1:9201/api/v1/write"));
    }
    String database = args.required("database");
    return new TrialOptions(
        urls,
        args.all("aggregator-start"),
        database.isEmpty() ? null : PostgresUrl.parse(database),
        args.text("database-kill", ""),
        args.text("database-start", ""),
        Arrays.stream(args.text("kill", "none").split(",", -1))
            .map(name -> Disturbance.valueOf(name.toUpperCase(java.util.Locale.ROOT)))
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

  /** Requests until the samples' times would be in the future. */
  int maxRequests() {
    long rounds = past.toMillis() / (step.toMillis() * samplesPerSeries);
    return Math.toIntExact(rounds * nodes);
  }
}
