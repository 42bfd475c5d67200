package io.harvester.bench;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/**
 * What load to make.
 *
 * @param url where to send
 * @param protocol which message
 * @param connections how many connections send at once; a node always uses the same one
 * @param nodes size of the fleet
 * @param nodePrefix what node names start with
 * @param seriesPerNode series of each node
 * @param samplesPerRequest size of a request; a larger node is split, smaller ones are joined
 * @param rounds scrapes of each node; 0: until the duration is over
 * @param duration when to stop; zero: after the rounds
 * @param warmup how much of the beginning is not measured
 * @param interval zero: as fast as possible, else every node is scraped once in this time
 * @param startTime time of the first scrape, ms; only without an interval
 * @param step time between scrapes; only without an interval
 * @param seed decides the values
 * @param timeout how long to wait for an answer
 */
record LoadOptions(
    URI url,
    Protocol protocol,
    int connections,
    int nodes,
    String nodePrefix,
    int seriesPerNode,
    int samplesPerRequest,
    int rounds,
    Duration duration,
    Duration warmup,
    Duration interval,
    long startTime,
    Duration step,
    long seed,
    Duration timeout) {

  static final String USAGE =
      """
      LoadGenerator: node_exporter samples of a fleet to a remote_write receiver

        --url URL                 http://127.0.0.1:9201/api/v1/write; with a token: http://NODE:TOKEN@…
        --version 1|2             of remote_write (1)
        --connections N           (8)
        --nodes N                 (100)
        --node-prefix TEXT        another prefix: all series are new (node-)
        --series-per-node N       (700)
        --samples-per-request N   (700)
        --rounds N                scrapes of each node (10, or no end if --duration is given)
        --duration D              stop after 30s, 5m, …
        --warmup D                of which the first D are not measured (0s)
        --interval D              scrape each node once in D, evenly spread, with true times
        --rate N                  the same, given as samples per second over all nodes
        --start-time T            ISO time or ms of the first scrape (now - rounds * step)
        --step D                  time between scrapes (15s)
        --seed N                  (1)
        --timeout D               of an answer (30s)
      """;

  static LoadOptions parse(Arguments args) {
    Duration duration = args.duration("duration", Duration.ZERO);
    int nodes = args.number("nodes", 100);
    int seriesPerNode = args.number("series-per-node", 700);
    Duration step = args.duration("step", Duration.ofSeconds(15));
    int rounds = args.number("rounds", duration.isZero() ? 10 : 0);
    double rate = args.decimal("rate", 0);
    Duration interval =
        rate > 0
            ? Duration.ofNanos((long) (1e9 * nodes * seriesPerNode / rate))
            : args.duration("interval", Duration.ZERO);
    long defaultStart = System.currentTimeMillis() - Math.max(rounds, 400) * step.toMillis();
    return new LoadOptions(
        URI.create(args.text("url", "http://127.0.0.1:9201/api/v1/write")),
        Protocol.of(args.number("version", 1)),
        args.number("connections", 8),
        nodes,
        args.text("node-prefix", "node-"),
        seriesPerNode,
        args.number("samples-per-request", 700),
        rounds,
        duration,
        args.duration("warmup", Duration.ZERO),
        interval,
        time(args.text("start-time", Long.toString(defaultStart))),
        step,
        args.bigNumber("seed", 1),
        args.duration("timeout", Duration.ofSeconds(30)));
  }

  /** The same load on another receiver, from another time on. */
  LoadOptions to(URI receiver, Protocol version, long firstTime) {
    return with(receiver, version, rounds, firstTime);
  }

  /** The same load, shorter or longer. */
  LoadOptions rounds(int other) {
    return with(url, protocol, other, startTime);
  }

  private LoadOptions with(URI receiver, Protocol version, int scrapes, long firstTime) {
    return new LoadOptions(
        receiver,
        version,
        connections,
        nodes,
        nodePrefix,
        seriesPerNode,
        samplesPerRequest,
        scrapes,
        duration,
        warmup,
        interval,
        firstTime,
        step,
        seed,
        timeout);
  }

  boolean paced() {
    return !interval.isZero();
  }

  private static long time(String text) {
    return text.matches("\\d+") ? Long.parseLong(text) : Instant.parse(text).toEpochMilli();
  }
}
